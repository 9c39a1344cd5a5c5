import { shared } from '@tracelet/core';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeDelivery } from './delivery.ts';
import { makeLedger } from './ledger.ts';
import type { PostResult } from './otlp/post.ts';
import { makeSpan } from './otlp/test-support/make-span.ts';
import type { Outlet } from './outbox.ts';

beforeEach(() => {
  shared().troubles.clear();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(() => void vi.restoreAllMocks());

const result: fc.Arbitrary<PostResult> = fc.oneof(
  fc.constant<PostResult>({ status: 'acknowledged' }),
  fc.nat(5).map((rejected): PostResult => ({ status: 'acknowledged', partial: { rejected, message: 'some' } })),
  fc
    .record({ reason: fc.constantFrom('timeout', 'refused', 'http_429'), retryAfterMs: fc.constantFrom(undefined, 0) })
    .map((fault) => ({ ...fault, status: 'retryable', message: 'later' }) as PostResult),
  fc.constantFrom('http_400', 'http_413').map((reason): PostResult => ({ status: 'rejected', reason, message: 'no' })),
);

/** What one invocation records, and what the backends answer meanwhile. */
const invocation = fc.record({
  spans: fc.nat(30),
  logs: fc.nat(5),
  sizeBytes: fc.constantFrom(10, 500, 5000),
  traceResults: fc.array(result, { maxLength: 3 }),
  logResults: fc.array(result, { maxLength: 3 }),
});

it('knows of every span and record where it is, whatever backends answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(invocation, { maxLength: 40 }),
      fc.constantFrom(20_000, 1e9),
      async (rows, retainBytes) => {
        const ledger = makeLedger();
        const taken = { spans: new Set<string>(), logs: new Set<string>() };
        const [traces, logs] = [
          backend(/"name":"(span \d+)"/g, taken.spans),
          backend(/"stringValue":"(line \d+)"/g, taken.logs),
        ];
        const common = {
          resource: { attributes: {} },
          logScope: { name: 'log' },
          timeoutMs: 1000,
          ledger,
          retainBytes,
        };
        const delivery = makeDelivery({ traces: traces.outlet, logs: logs.outlet, ...common });
        let count = 0;
        for (const { logResults, logs: lines, sizeBytes, spans, traceResults } of rows) {
          const filler = 'x'.repeat(sizeBytes);
          for (let i = 0; i < spans; i += 1)
            delivery.addSpan(makeSpan({ name: `span ${count++}`, attributes: { filler } }));
          for (let i = 0; i < lines; i += 1) {
            delivery.addLog({ timestampMs: 0, body: `line ${count++}`, attributes: { filler } } as never);
          }
          traces.answers(traceResults);
          logs.answers(logResults);
          await delivery.flush(Infinity);
          const { delivered, dropped, produced, retained } = ledger.counts();
          expect(produced).toBe(count);
          expect(retained).toBeGreaterThanOrEqual(0);
          expect(delivered + retained + sum(dropped)).toBe(produced);
        }
        // Backends that are well again get all that was retained, and nothing else.
        const { delivered, retained } = ledger.counts();
        const before = taken.spans.size + taken.logs.size;
        traces.answers([]);
        logs.answers([]);
        for (let flush = 0; flush < 200 && ledger.counts().retained > 0; flush += 1) await delivery.flush(Infinity);
        expect(ledger.counts()).toMatchObject({ delivered: delivered + retained, retained: 0 });
        expect(taken.spans.size + taken.logs.size - before).toBe(retained);
      },
    ),
    { numRuns: 60 },
  );
});

/** Answers as it is told, then acknowledges; notes what it took. */
function backend(items: RegExp, taken: Set<string>): { outlet: Outlet; answers(results: readonly PostResult[]): void } {
  let queue: readonly PostResult[] = [];
  const send: Outlet['send'] = async (body) => {
    const [answer = { status: 'acknowledged' } as PostResult, ...rest] = queue;
    queue = rest;
    if (answer.status === 'acknowledged')
      for (const [, id] of Buffer.from(body).toString().matchAll(items)) taken.add(String(id));
    return answer;
  };
  return {
    outlet: { name: 'test', encoding: 'json', send },
    answers: (results) => {
      queue = results;
    },
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
