/**
 * What one span costs: started under a parent, four attributes, ended. Ours beside the SDK's, in one run.
 *
 * Run: node packages/benchmarks/src/span.ts
 */
import { type Context, ROOT_CONTEXT, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { makeProvider, readEnv } from '@tracelet/sdk';

const SPANS = 20_000;
const ROUNDS = 15;

const onEnd = (): void => {};
const ours = makeProvider({ resource: {}, environment: readEnv({}), onEnd }).api.getTracer('bench');
const theirs = new TracerProvider({
  spanProcessors: [{ onStart: onEnd, onEnd, forceFlush: () => Promise.resolve(), shutdown: () => Promise.resolve() }],
}).getTracer('bench');

const rounds = Array.from({ length: ROUNDS }, () => ({ ours: measure(ours), theirs: measure(theirs) }));
const [own, sdk] = [median(rounds.map((round) => round.ours)), median(rounds.map((round) => round.theirs))];
process.stdout.write(
  `ours ${own.us} us, ${own.bytes} B a span; sdk-trace 3.1 ${sdk.us} us, ${sdk.bytes} B; ratio ${(own.us / sdk.us).toFixed(2)}\n`,
);

interface Cost {
  readonly us: number;
  readonly bytes: number;
}

function measure(tracer: Tracer): Cost {
  const parent = trace.setSpan(ROOT_CONTEXT, tracer.startSpan('parent'));
  run(tracer, parent, 2000);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const cpu = process.cpuUsage();
  const kept = run(tracer, parent, SPANS);
  const { system, user } = process.cpuUsage(cpu);
  const bytes = process.memoryUsage().heapUsed - before;
  return { us: Number(((user + system) / kept.length).toFixed(2)), bytes: Math.round(bytes / kept.length) };
}

function run(tracer: Tracer, parent: Context, count: number): readonly unknown[] {
  const kept: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const attributes = { 'messaging.message.id': String(i), 'messaging.operation.name': 'process', size: i };
    const span = tracer.startSpan('process orders', { kind: SpanKind.CONSUMER, attributes }, parent);
    span.setAttribute('order.id', i);
    span.end();
    kept.push(span);
  }
  return kept;
}

function median(costs: readonly Cost[]): Cost {
  return [...costs].sort((a, b) => a.us - b.us)[costs.length >> 1] as Cost;
}
