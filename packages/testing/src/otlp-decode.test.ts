import {
  type HrTime,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';

import { decodeOtlp, type OtlpDecoded, type OtlpEncoding } from './otlp-decode.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

describe.each<OtlpEncoding>(['protobuf', 'json'])('a body of the official serializer in %s', (encoding) => {
  const isJson = encoding === 'json';

  it('decodes to spans with every field', () => {
    const [span] = recordSpans((tracer) => {
      const remote: SpanContext = { traceId: TRACE_ID, spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote: true };
      const link: Link = { context: { ...remote, spanId: 'aaaaaaaaaaaaaaaa' }, attributes: { why: 'retry' } };
      const parent = trace.setSpanContext(ROOT_CONTEXT, remote);
      const started = tracer.startSpan(
        'GET /pets/{petId}',
        { kind: SpanKind.SERVER, startTime: [1_700_000_000, 5], links: [link] },
        parent,
      );
      started.setAttributes({ text: 'a', empty: '', yes: true, int: 42, float: 1.5, list: ['a', 'b'], ints: [1, 2] });
      started.addEvent('exception', { 'exception.type': 'TypeError' }, [1_700_000_000, 7]);
      started.setStatus({ code: SpanStatusCode.ERROR, message: 'boom' });
      started.end([1_700_000_000, 1_500_005]);
    });
    const decoded = decodeOk(decodeOtlp('traces', encoding, serializeSpans(encoding, [span as ReadableSpan])));
    expect(decoded.logs).toEqual([]);
    expect(decoded.spans).toEqual([
      {
        traceId: TRACE_ID,
        spanId: span?.spanContext().spanId,
        parentSpanId: 'b7ad6b7169203331',
        name: 'GET /pets/{petId}',
        kind: 'SERVER',
        startUnixNano: 1_700_000_000_000_000_005n,
        endUnixNano: 1_700_000_000_001_500_005n,
        durationMs: 1.5,
        attributes: { text: 'a', empty: '', yes: true, int: 42, float: 1.5, list: ['a', 'b'], ints: [1, 2] },
        events: [
          {
            name: 'exception',
            timeUnixNano: 1_700_000_000_000_000_007n,
            attributes: { 'exception.type': 'TypeError' },
            droppedAttributesCount: 0,
          },
        ],
        links: [
          {
            traceId: TRACE_ID,
            spanId: 'aaaaaaaaaaaaaaaa',
            traceState: undefined,
            flags: 0x301,
            attributes: { why: 'retry' },
            droppedAttributesCount: 0,
          },
        ],
        status: { code: 'ERROR', message: 'boom' },
        flags: 0x301,
        traceState: undefined,
        droppedAttributesCount: 0,
        droppedEventsCount: 0,
        droppedLinksCount: 0,
        resource: span?.resource.attributes,
        scope: { name: 'tests', version: '1.2.3', schemaUrl: 'https://example.com/schema', attributes: {} },
      },
    ]);
  });

  it('keeps integers beyond 2^53, bytes, nested values and text outside ASCII', () => {
    const spans = withAttributes({
      big: 2 ** 60,
      negative: -5,
      bytes: Uint8Array.of(0, 255, 7),
      nested: { deep: [{ er: 1 }, null] },
      'ключ 🐈': 'žluť',
    });
    const [span] = decodeOk(decodeOtlp('traces', encoding, serializeSpans(encoding, spans))).spans;
    expect(span?.attributes).toEqual({
      big: 2n ** 60n,
      negative: -5,
      bytes: Uint8Array.of(0, 255, 7),
      nested: { deep: [{ er: 1 }, null] },
      'ключ 🐈': 'žluť',
    });
  });

  it('decodes 1,000 spans in order', () => {
    const spans = recordSpans((tracer) => {
      for (let index = 0; index < 1_000; index += 1) tracer.startSpan(`span ${index}`).end();
    });
    const decoded = decodeOk(decodeOtlp('traces', encoding, serializeSpans(encoding, spans)));
    expect(decoded.spans.map((span) => span.name)).toEqual(spans.map((span) => span.name));
    expect(decoded.spans.map((span) => span.spanId)).toEqual(spans.map((span) => span.spanContext().spanId));
  });

  it('decodes to log records', () => {
    const [span] = recordSpans((tracer) => tracer.startSpan('any').end());
    const record = {
      hrTime: [1_700_000_000, 1] as HrTime,
      hrTimeObserved: [1_700_000_000, 2] as HrTime,
      spanContext: { traceId: TRACE_ID, spanId: 'b7ad6b7169203331', traceFlags: TraceFlags.SAMPLED },
      severityText: 'INFO',
      severityNumber: 9,
      body: { message: 'placed', items: [1, 2] },
      eventName: 'order.placed',
      resource: span?.resource,
      instrumentationScope: { name: 'log' },
      attributes: { 'order.id': 7 },
      droppedAttributesCount: 2,
    };
    const serializer = isJson ? JsonLogsSerializer : ProtobufLogsSerializer;
    const body = serializer.serializeRequest([record] as never) as Uint8Array;
    expect(decodeOk(decodeOtlp('logs', encoding, body)).logs).toEqual([
      {
        timeUnixNano: 1_700_000_000_000_000_001n,
        observedTimeUnixNano: 1_700_000_000_000_000_002n,
        severityNumber: 9,
        severityText: 'INFO',
        body: { message: 'placed', items: [1, 2] },
        attributes: { 'order.id': 7 },
        traceId: TRACE_ID,
        spanId: 'b7ad6b7169203331',
        flags: 1,
        eventName: 'order.placed',
        droppedAttributesCount: 2,
        resource: span?.resource.attributes,
        scope: { name: 'log', version: undefined, schemaUrl: undefined, attributes: {} },
      },
    ]);
  });

  it('decodes to metrics', () => {
    const [span] = recordSpans((tracer) => tracer.startSpan('any').end());
    const times = { startTime: [1_700_000_000, 0] as HrTime, endTime: [1_700_000_001, 0] as HrTime };
    const metrics = {
      resource: span?.resource,
      scopeMetrics: [
        {
          scope: { name: 'meter' },
          metrics: [
            {
              descriptor: { name: 'spans', description: 'how many', unit: '{span}', type: 'COUNTER', valueType: 0 },
              aggregationTemporality: 0,
              dataPointType: 3,
              isMonotonic: true,
              dataPoints: [{ ...times, attributes: { outcome: 'delivered' }, value: 12 }],
            },
            {
              descriptor: { name: 'flush', description: '', unit: 'ms', type: 'HISTOGRAM', valueType: 1 },
              aggregationTemporality: 1,
              dataPointType: 0,
              dataPoints: [
                {
                  ...times,
                  attributes: {},
                  value: { count: 3, sum: 4.5, min: 1, max: 2, buckets: { boundaries: [1, 2], counts: [1, 2, 0] } },
                },
              ],
            },
          ],
        },
      ],
    };
    const serializer = isJson ? JsonMetricsSerializer : ProtobufMetricsSerializer;
    const body = serializer.serializeRequest(metrics as never) as Uint8Array;
    const common = { startUnixNano: 1_700_000_000_000_000_000n, timeUnixNano: 1_700_000_001_000_000_000n, flags: 0 };
    const origin = {
      resource: span?.resource.attributes,
      scope: { name: 'meter', version: undefined, schemaUrl: undefined, attributes: {} },
    };
    expect(decodeOk(decodeOtlp('metrics', encoding, body)).metrics).toEqual([
      {
        name: 'spans',
        description: 'how many',
        unit: '{span}',
        type: 'sum',
        temporality: 'DELTA',
        isMonotonic: true,
        points: [{ ...common, attributes: { outcome: 'delivered' }, value: 12 }],
        ...origin,
      },
      {
        name: 'flush',
        description: undefined,
        unit: 'ms',
        type: 'histogram',
        temporality: 'CUMULATIVE',
        isMonotonic: false,
        points: [
          {
            ...common,
            attributes: {},
            count: 3,
            sum: 4.5,
            min: 1,
            max: 2,
            bucketCounts: [1, 2, 0],
            explicitBounds: [1, 2],
          },
        ],
        ...origin,
      },
    ]);
  });

  it('decodes to gauges and exponential histograms', () => {
    const [span] = recordSpans((tracer) => tracer.startSpan('any').end());
    const times = { startTime: [1_700_000_000, 0] as HrTime, endTime: [1_700_000_001, 0] as HrTime, attributes: {} };
    const buckets = { offset: -3, bucketCounts: [1, 0, 2] };
    const value = {
      count: 4,
      sum: -2.5,
      min: -9,
      max: 4,
      scale: -2,
      zeroCount: 1,
      positive: buckets,
      negative: buckets,
    };
    const descriptor = { name: 'm', description: '', unit: '1', valueType: 1 };
    const metrics = [
      { descriptor, aggregationTemporality: 1, dataPointType: 2, dataPoints: [{ ...times, value: -0.5 }] },
      { descriptor, aggregationTemporality: 0, dataPointType: 1, dataPoints: [{ ...times, value }] },
    ];
    const serializer = isJson ? JsonMetricsSerializer : ProtobufMetricsSerializer;
    const request = { resource: span?.resource, scopeMetrics: [{ scope: { name: 'meter' }, metrics }] };
    const body = serializer.serializeRequest(request as never) as Uint8Array;
    const decoded = decodeOk(decodeOtlp('metrics', encoding, body)).metrics;
    expect(decoded.map((metric) => [metric.type, metric.temporality])).toEqual([
      ['gauge', 'UNSPECIFIED'],
      ['exponentialHistogram', 'DELTA'],
    ]);
    expect(decoded.map((metric) => metric.points[0])).toEqual([
      expect.objectContaining({ value: -0.5 }),
      expect.objectContaining(value),
    ]);
  });
});

it('a protobuf body decodes to NaN and infinities', () => {
  const spans = withAttributes({ nan: Number.NaN, up: Infinity, down: -Infinity });
  const [span] = decodeOk(decodeOtlp('traces', 'protobuf', serializeSpans('protobuf', spans))).spans;
  expect(span?.attributes).toEqual({ nan: Number.NaN, up: Infinity, down: -Infinity });
});

function recordSpans(record: (tracer: ReturnType<TracerProvider['getTracer']>) => void): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  record(provider.getTracer('tests', '1.2.3', { schemaUrl: 'https://example.com/schema' }));
  return exporter.getFinishedSpans();
}

/** The SDK refuses some attribute types that OTLP knows; the serializers take them all. */
function withAttributes(attributes: Record<string, unknown>): ReadableSpan[] {
  const [span] = recordSpans((tracer) => tracer.startSpan('any').end());
  return [Object.create(span as ReadableSpan, { attributes: { value: attributes } }) as ReadableSpan];
}

function serializeSpans(encoding: OtlpEncoding, spans: ReadableSpan[]): Uint8Array {
  const serializer = encoding === 'json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  return serializer.serializeRequest(spans) as Uint8Array;
}

function decodeOk(decoded: OtlpDecoded): Extract<OtlpDecoded, { ok: true }> {
  if (!decoded.ok) throw new Error(decoded.problem);
  return decoded;
}
