import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { context, propagation, trace } from '@opentelemetry/api';
import { type RecordScope, type Scope, scope, shared } from '@tracelet/core';
import { log } from '@tracelet/logger';
import { events, fakeContext, type Sink, type SinkSpan, startSink } from '@tracelet/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Lambda, span } from './index.ts';

const INVOCATIONS = 64;
const RECORDS = 5;
/** Every eighth invocation is about to be ended by Lambda. */
const isShort = (invocation: number): boolean => invocation % 8 === 0;
const SHORT_MS = 1500;

let sink: Sink;
const lines: Record<string, unknown>[] = [];
const faults: string[] = [];

beforeEach(async () => {
  sink = await startSink();
  shared().pipeline = undefined;
  // Nobody listens there, so nothing can be registered; each flush is before its response.
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9');
  vi.stubEnv('TRACELET_FLUSH', 'before-response');
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', sink.url);
  vi.stubEnv('OTEL_LOGS_EXPORTER', 'otlp');
  // Its snapshots of open spans would be spans twice, if the machine is busy just then.
  vi.stubEnv('TRACELET_DEADLINE_MARGIN', '0');
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(JSON.parse(String(line)) as Record<string, unknown>);
    return true;
  });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  shared().pipeline = undefined;
  await sink.close();
});

const requestOf = (invocation: number): string => `request-${invocation}`;
const traceOf = (invocation: number): string => `${invocation + 1}`.padStart(32, '0');
const idOf = (invocation: number, record: number): string => `${invocation}.${record}`;

/** Gives other invocations their turn, a different number of times for each record and place. */
async function yieldAt(invocation: number, record: number, place: number): Promise<void> {
  const turns = (invocation * 7 + record * 5 + place * 3) % 11;
  for (let left = turns; left > 0; left -= 1) await turn();
  if (turns % 3 === 0) await sleep(turns);
}

/** What every record does; says in `faults` what it finds of another's. */
async function work(id: string, given: Scope): Promise<void> {
  const [invocation = 0, record = 0] = id.split('.').map(Number);
  const own = (place: string, found: unknown, wanted: unknown): void => {
    if (!Object.is(found, wanted)) faults.push(`${id} finds ${String(found)} in ${place}`);
  };
  const look = (place: string): void => {
    own(`the scope ${place}`, scope(), given);
    own(`the request ${place}`, given.context.awsRequestId, requestOf(invocation));
    own(`the baggage ${place}`, propagation.getActiveBaggage()?.getEntry('id')?.value, id);
    if (!isShort(invocation)) own(`the deadline ${place}`, given.signal.aborted, false);
  };
  const baggage = propagation.createBaggage({ id: { value: id } });
  await context.with(propagation.setBaggage(context.active(), baggage), async () => {
    given.set({ 'test.id': id });
    given.log.info('begins', { id });
    await yieldAt(invocation, record, 1);
    look('at first');
    await span(`inner ${id}`, async () => {
      span.set({ 'test.id': id });
      await yieldAt(invocation, record, 2);
      log.info('goes on', { id });
      look('inside a span');
      trace.getTracer('library').startActiveSpan(`library ${id}`, (active) => active.end());
    });
    await (isShort(invocation) ? aborted(given.signal) : yieldAt(invocation, record, 3));
    look('at last');
    given.set({ 'test.last': id });
  });
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', resolve, { once: true });
  });
}

/** Half of the invocations are batches by a wrapper, half have a caller and a loop of their own. */
function invoke(lambda: Lambda): (invocation: number) => Promise<unknown> {
  const batch = lambda.sqs({ concurrency: RECORDS, failures: 'report' }, async ({ body }, given) => {
    await work(body, given);
    if (body.endsWith('.3')) throw new Error(`${body} fails`);
  });
  const each = lambda.record((id: string, given: RecordScope<string>) => work(id, given));
  const loop = lambda(async (_event: object, { awsRequestId }) => {
    const invocation = Number(awsRequestId.split('-')[1]);
    await Promise.all(Array.from({ length: RECORDS }, (_, record) => each(idOf(invocation, record))));
    return { statusCode: 200 };
  });
  return async (invocation) => {
    const remainingMs = isShort(invocation) ? SHORT_MS : 60_000;
    const given = fakeContext({ requestId: requestOf(invocation), remainingMs });
    if (invocation % 2 === 1) {
      const traceparent = `00-${traceOf(invocation)}-00f067aa0ba902b7-01`;
      return loop(events.apiGatewayHttp({ route: '/pets', traceparent }), given);
    }
    const ids = Array.from({ length: RECORDS }, (_, record) => idOf(invocation, record));
    const event = events.sqs(ids.map((id) => ({ body: id, messageId: id })));
    expect(await batch(event, given)).toEqual({ batchItemFailures: [{ itemIdentifier: idOf(invocation, 3) }] });
  };
}

it('keeps 64 interleaved invocations with concurrent records apart: spans, logs, baggage and deadlines', async () => {
  const { lambda } = await import('./index.ts');
  const one = invoke(lambda);
  await Promise.all(Array.from({ length: INVOCATIONS }, (_, invocation) => one(invocation)));
  expect(faults).toEqual([]);
  // What the short ones had no time to send goes with the next.
  await lambda(async () => 'done')({}, fakeContext());

  // Server, batch of every second one, and for each record its own, one inside and one of a library; init and the last.
  const expected = INVOCATIONS * (1 + RECORDS * 3) + INVOCATIONS / 2 + 2;
  await sink.waitFor({ spans: expected });
  const byId = new Map(sink.spans.map((one) => [one.spanId, one]));
  expect([sink.spans.length, byId.size]).toEqual([expected, expected]);
  const parentOf = ({ parentSpanId = '' }: SinkSpan): SinkSpan | undefined => byId.get(parentSpanId);
  const named = new Map(sink.spans.map((one) => [one.name, one]));
  const traces = new Set<string>();
  for (let invocation = 0; invocation < INVOCATIONS; invocation += 1) {
    for (let record = 0; record < RECORDS; record += 1) {
      const id = idOf(invocation, record);
      const inner = named.get(`inner ${id}`) as SinkSpan;
      const own = parentOf(inner) as SinkSpan;
      const above = parentOf(own) as SinkSpan;
      const server = invocation % 2 === 0 ? (parentOf(above) as SinkSpan) : above;
      expect(parentOf(named.get(`library ${id}`) as SinkSpan)).toBe(inner);
      expect([inner.attributes['test.id'], own.attributes['test.id'], own.attributes['test.last']]).toEqual([
        id,
        id,
        id,
      ]);
      expect(own.status.code).toBe(invocation % 2 === 0 && record === 3 ? 'ERROR' : 'UNSET');
      expect([server.kind, server.attributes['faas.invocation.id']]).toEqual(['SERVER', requestOf(invocation)]);
      expect(new Set([inner, own, above, server].map(({ traceId }) => traceId)).size).toBe(1);
      if (invocation % 2 === 1) expect(server.traceId).toBe(traceOf(invocation));
      traces.add(server.traceId);

      const said = lines.filter((line) => line.id === id);
      const where = (of: SinkSpan): object => ({ trace_id: of.traceId, span_id: of.spanId });
      expect(said).toMatchObject([
        { message: 'begins', ...where(own) },
        { message: 'goes on', ...where(inner) },
      ]);
      expect(JSON.stringify(said)).toContain(requestOf(invocation));
      const sent = sink.logs.filter(({ attributes }) => attributes.id === id);
      expect(sent.map(({ traceId, spanId }) => [traceId, spanId])).toEqual([
        [own.traceId, own.spanId],
        [inner.traceId, inner.spanId],
      ]);
    }
  }
  expect(traces.size).toBe(INVOCATIONS);
}, 30_000);
