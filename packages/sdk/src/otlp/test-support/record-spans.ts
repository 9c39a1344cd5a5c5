import {
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

/** Attribute values of every kind that the SDK records. */
export const ATTRIBUTES: Record<string, unknown> = {
  text: 'plain',
  '': 'a name that is empty',
  'text.empty': '',
  'text.unicode': 'größer, 日本語, 🦊, \u0000\u0007"\\/\n',
  'text.long': 'é'.repeat(200),
  'text.127': 'x'.repeat(127),
  'text.128': 'x'.repeat(128),
  'text.63': 'y'.repeat(63),
  'text.64': 'y'.repeat(64),
  'text.16k': 'z'.repeat(20_000),
  yes: true,
  no: false,
  zero: 0,
  'zero.negative': -0,
  int: 42,
  'int.127': 127,
  'int.128': 128,
  'int.negative': -1,
  'int.32': 2 ** 32 - 1,
  'int.33': 2 ** 32,
  'int.safe': Number.MAX_SAFE_INTEGER,
  'int.unsafe': 2 ** 53 + 2,
  'int.60': 2 ** 60 + 2 ** 10,
  'int.min': -(2 ** 63),
  'int.below': -(2 ** 31) - 5,
  double: 0.1,
  'double.tiny': Number.MIN_VALUE,
  'double.negative': -Math.PI * 1e9,
  strings: ['a', '', 'ü'],
  numbers: [1, 2.5, -3],
  booleans: [true, false],
  'list.empty': [],
  'list.mixed': [1, 'two', [3, [4]], null, { five: 5 }],
  map: { a: 1, b: 'two', c: { d: [true, { e: 'f' }] } },
  'map.empty': {},
  nothing: null,
  bytes: new Uint8Array([0, 1, 127, 128, 255]),
  'bytes.empty': new Uint8Array(0),
};

/** A corpus of spans made by the SDK: every kind, status, limit, parent, link and event, two resources, four scopes. */
export function recordCorpus(): ReadableSpan[] {
  const memory = new InMemorySpanExporter();
  const main = makeProvider(memory, 'https://opentelemetry.io/schemas/1.45.0');
  const tracer = main.getTracer('@tracelet/core', '0.1.0', { schemaUrl: 'https://opentelemetry.io/schemas/1.44.0' });
  for (const kind of [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER]) {
    tracer.startSpan(`kind ${kind}`, { kind }).end();
  }
  recordStatuses(tracer);
  recordParents(tracer);
  for (const [key, value] of Object.entries(ATTRIBUTES)) record(tracer, `attribute ${key}`, { [key]: value });
  record(tracer, 'every attribute', ATTRIBUTES);
  recordLimits(memory);
  const other = makeProvider(memory).getTracer('');
  other.startSpan('').end();
  // Back to the first resource and scope: the span joins the group made at the start.
  main.getTracer('@tracelet/sdk').startSpan('second scope').end();
  tracer.startSpan('first scope again').end();
  return memory.getFinishedSpans();
}

/** `count` ordinary spans. */
export function recordMany(count: number): ReadableSpan[] {
  const memory = new InMemorySpanExporter();
  const tracer = makeProvider(memory).getTracer('many', '1.0.0');
  for (let i = 0; i < count; i++) {
    const span = tracer.startSpan(`process ${i % 7}`, { kind: SpanKind.CONSUMER });
    span.setAttributes({ 'messaging.message.id': `message-${i}`, index: i, ratio: i / 7, even: i % 2 === 0 });
    if (i % 10 === 0) span.recordException(new RangeError(`order ${i}`));
    span.end();
  }
  return memory.getFinishedSpans();
}

function recordStatuses(tracer: Tracer): void {
  for (const [code, message] of [
    [SpanStatusCode.OK, undefined],
    [SpanStatusCode.ERROR, 'no customer'],
    [SpanStatusCode.ERROR, ''],
  ] as const) {
    const span = tracer.startSpan('status');
    span.setStatus(message === undefined ? { code } : { code, message });
    span.end();
  }
}

function recordParents(tracer: Tracer): void {
  for (const isRemote of [true, false, undefined]) {
    const traceState = createTraceState('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
    const parent = { traceId: 'c'.repeat(32), spanId: '1234567890abcdef', traceFlags: TraceFlags.SAMPLED, traceState };
    const linked = { ...parent, traceFlags: TraceFlags.NONE, ...(isRemote !== undefined && { isRemote }) };
    const context = trace.setSpanContext(ROOT_CONTEXT, { ...parent, ...(isRemote !== undefined && { isRemote }) });
    const span = tracer.startSpan(
      'child',
      { links: [{ context: linked, attributes: { why: 'because', n: 1 } }] },
      context,
    );
    const { traceState: _, ...bare } = linked;
    span.addLink({ context: bare });
    span.addEvent('event');
    span.addEvent('event with attributes', { a: 1, b: ['c'] }, [1_700_000_000, 123_456_789]);
    span.recordException(new Error('broken'));
    span.end();
  }
}

function recordLimits(memory: InMemorySpanExporter): void {
  const provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: memory })],
    spanLimits: {
      attributeCountLimit: 2,
      eventCountLimit: 1,
      linkCountLimit: 1,
      attributePerEventCountLimit: 1,
      attributePerLinkCountLimit: 1,
    },
  });
  const span = provider.getTracer('limits').startSpan('limits');
  const context = { traceId: 'd'.repeat(32), spanId: 'e'.repeat(16), traceFlags: 1 };
  for (let i = 0; i < 150; i++) {
    span.setAttribute(`key ${i}`, i);
    span.addEvent(`event ${i}`, { a: 1, b: 2, c: 3 });
    span.addLink({ context, attributes: { a: 1, b: 2 } });
  }
  span.end();
}

function record(tracer: Tracer, name: string, attributes: Record<string, unknown>): void {
  const span = tracer.startSpan(name, { attributes: attributes as never });
  span.addEvent(name, attributes as never);
  span.end();
}

function makeProvider(exporter: InMemorySpanExporter, schemaUrl?: string): TracerProvider {
  const resource = resourceFromAttributes(
    { 'service.name': 'orders', 'host.cpus': 2, ratio: 0.5, tags: ['a', 'b'], 'is.on': true },
    schemaUrl === undefined ? {} : { schemaUrl },
  );
  return new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
}
