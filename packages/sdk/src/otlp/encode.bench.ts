/*
 * Compares the encoders with the official serializers: `node packages/sdk/src/otlp/encode.bench.ts`.
 * The two take turns, so that a busy machine slows both; the median of the rounds is printed.
 */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { encodeTraces } from './encode.ts';
import type { OtlpEncoding } from './otlp-data.ts';

const SPANS = 1000;
const ROUNDS = 60;

for (const encoding of ['protobuf', 'json'] as const) {
  const spans = recordSpans(SPANS);
  const official = encoding === 'json' ? JsonTraceSerializer : ProtobufTraceSerializer;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(time(() => encodeTraces(spans, encoding)));
    theirs.push(time(() => official.serializeRequest(spans)));
  }
  report('ours', encoding, ours, encodeTraces(spans, encoding).length);
  report('official', encoding, theirs, official.serializeRequest(spans)?.length ?? 0);
}

function time(run: () => unknown): number {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / 1000;
}

function report(name: string, encoding: OtlpEncoding, timesUs: number[], sizeBytes: number): void {
  const first = timesUs[0] ?? 0;
  const sorted = timesUs.slice(10).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1] ?? 0;
  console.log(
    `${name.padEnd(9)}${encoding.padEnd(9)} ${(median / SPANS).toFixed(2)} us a span, ` +
      `first run ${(first / SPANS).toFixed(2)} us a span, ${sizeBytes} bytes for ${SPANS} spans`,
  );
}

/** Record spans as a batch handler makes them, every tenth with an exception event and a link. */
function recordSpans(count: number): ReadableSpan[] {
  const memory = new InMemorySpanExporter();
  const resource = resourceFromAttributes({
    'service.name': 'orders',
    'cloud.provider': 'aws',
    'cloud.platform': 'aws_lambda',
    'cloud.region': 'eu-central-1',
    'faas.name': 'orders-worker',
    'faas.max_memory': 536870912,
  });
  const provider = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter: memory })] });
  const tracer = provider.getTracer('@tracelet/core', '0.1.0');
  for (let i = 0; i < count; i++) {
    const span = tracer.startSpan('process orders', {
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system.name': 'aws.sqs',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.destination.name': 'orders',
        'messaging.message.id': `6f1c0b4e-5a3b-4c8e-9a51-${i}`,
        'messaging.message.body.size': 512 + i,
        'tracelet.record.age': 0.25 + i,
        'tracelet.record.retried': i % 2 === 0,
      },
    });
    if (i % 10 === 0) {
      span.addLink({ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true } });
      span.recordException(new Error(`order ${i} has no customer`));
      span.setStatus({ code: SpanStatusCode.ERROR, message: 'no customer' });
    }
    span.end();
  }
  return memory.getFinishedSpans();
}
