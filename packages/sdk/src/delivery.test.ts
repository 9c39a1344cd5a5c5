import { shared } from '@tracelet/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeDelivery } from './delivery.ts';
import { type Ledger, makeLedger } from './ledger.ts';
import type { PostResult } from './otlp/post.ts';
import { makeSpan } from './otlp/test-support/make-span.ts';
import type { Outlet } from './outbox.ts';

const acknowledged: PostResult = { status: 'acknowledged' };
const unreachable: PostResult = { status: 'retryable', reason: 'refused', message: 'http://x refused the connection' };

const complaints: string[] = [];

beforeEach(() => {
  shared().troubles.clear();
  complaints.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    const { code, message } = JSON.parse(String(text)) as { code: string; message: string };
    return complaints.push(`${code} ${message}`) > 0;
  });
});

afterEach(() => void vi.restoreAllMocks().useRealTimers());

describe('makeDelivery', () => {
  it('sends the spans with the last one first, and logs to their own outlet', async () => {
    const { delivery, ledger, logs, traces } = open([], []);
    for (const name of ['child 1', 'child 2', 'root']) delivery.addSpan(makeSpan({ name }));
    delivery.addLog({ timestampMs: 0, body: 'hello', attributes: {} } as never);
    await delivery.flush(Infinity);
    await delivery.flush(Infinity);
    expect([traces.bodies, logs.bodies]).toStrictEqual([['root child 1 child 2'], ['hello']]);
    expect(ledger.counts()).toStrictEqual({ produced: 4, delivered: 4, retained: 0, dropped: {} });
    expect(complaints).toStrictEqual([]);
  });

  it('keeps what an outlet cannot take now, and sends it before what came later', async () => {
    const { delivery, ledger, traces } = open([unreachable]);
    delivery.addSpan(makeSpan({ name: 'first' }));
    await delivery.flush(Infinity);
    expect(ledger.counts()).toStrictEqual({ produced: 1, delivered: 0, retained: 1, dropped: {} });
    delivery.addSpan(makeSpan({ name: 'second' }));
    await delivery.flush(Infinity);
    expect(traces.bodies).toStrictEqual(['first', 'first', 'second']);
    expect(ledger.counts()).toStrictEqual({ produced: 2, delivered: 2, retained: 0, dropped: {} });
    expect(complaints).toStrictEqual([
      'export_retained:refused tracelet: telemetry is kept for the next invocation: http://x refused the connection',
    ]);
  });

  it('counts what was rejected, by reason', async () => {
    const { delivery, ledger } = open([
      { status: 'rejected', reason: 'http_400', message: 'http://x answered 400' },
      { status: 'acknowledged', partial: { rejected: 1, message: 'too old' } },
      { status: 'acknowledged', partial: { rejected: 99, message: 'too old' } },
    ]);
    for (let flush = 0; flush < 3; flush++) {
      for (let i = 0; i < 2; i++) delivery.addSpan(makeSpan());
      await delivery.flush(Infinity);
    }
    const dropped = { http_400: 2, partial_success: 3 };
    expect(ledger.counts()).toStrictEqual({ produced: 6, delivered: 1, retained: 0, dropped });
    expect(complaints).toStrictEqual([
      'export_dropped:http_400 tracelet: telemetry was dropped: http://x answered 400',
      'export_dropped:partial_success tracelet: telemetry was dropped: test: too old',
    ]);
  });

  it('passes on a warning of the backend, which is no loss', async () => {
    const { delivery, ledger } = open([{ status: 'acknowledged', partial: { rejected: 0, message: 'use gzip' } }]);
    delivery.addSpan(makeSpan());
    await delivery.flush(Infinity);
    expect(ledger.counts()).toStrictEqual({ produced: 1, delivered: 1, retained: 0, dropped: {} });
    expect(complaints).toStrictEqual(['export_warning tracelet: test took the telemetry with a warning: use gzip']);
  });

  it('makes room by dropping the oldest, after it has been tried', async () => {
    const { delivery, ledger, traces } = open([unreachable, unreachable], [], 300);
    for (const name of ['first', 'second', 'third']) {
      delivery.addSpan(makeSpan({ name, attributes: { filler: 'x'.repeat(400) } }));
      await delivery.flush(Infinity);
    }
    expect(traces.bodies).toStrictEqual(['first', 'first', 'second', 'third']);
    expect(ledger.counts()).toStrictEqual({ produced: 3, delivered: 2, retained: 0, dropped: { buffer_full: 1 } });
  });

  it('sends more than it may keep, if it can', async () => {
    const { delivery, ledger, logs } = open([], [], 300);
    delivery.addSpan(makeSpan({ attributes: { filler: 'x'.repeat(400) } }));
    delivery.addLog({ timestampMs: 0, body: 'x'.repeat(400), attributes: {} } as never);
    await delivery.flush(Infinity);
    expect(logs.bodies).toHaveLength(1);
    expect(ledger.counts()).toStrictEqual({ produced: 2, delivered: 2, retained: 0, dropped: {} });
  });

  it('leaves an outlet alone for ten seconds after three failures in a row, and encodes together what comes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { delivery, ledger, traces } = open([unreachable, unreachable, unreachable]);
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      delivery.addSpan(makeSpan({ name }));
      await delivery.flush(Infinity);
    }
    expect(traces.bodies).toStrictEqual(['a', 'a', 'a']);
    vi.advanceTimersByTime(10_000);
    await delivery.flush(Infinity);
    expect(traces.bodies.slice(3)).toStrictEqual(['a', 'b', 'c', 'e d']);
    expect(ledger.counts()).toStrictEqual({ produced: 5, delivered: 5, retained: 0, dropped: {} });
  });

  it('keeps to the bound in bytes while an outlet is left alone', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { delivery, ledger } = open([{ ...unreachable, retryAfterMs: 60_000 }], [], 100_000);
    const filler = 'x'.repeat(1000);
    for (let count = 0; count < 1000; count += 1) {
      delivery.addSpan(makeSpan({ attributes: { filler } }));
      await delivery.flush(Infinity);
    }
    const { dropped, retained } = ledger.counts();
    expect(retained).toBeLessThan(300);
    expect(retained + (dropped.buffer_full ?? 0)).toBe(1000);
  });

  it('goes on with one outlet while the other one is left alone', async () => {
    const { delivery, ledger, logs, traces } = open([{ ...unreachable, retryAfterMs: 60_000 }]);
    for (const name of ['a', 'b']) {
      delivery.addSpan(makeSpan({ name }));
      delivery.addLog({ timestampMs: 0, body: name, attributes: {} } as never);
      await delivery.flush(Infinity);
    }
    expect([traces.bodies, logs.bodies]).toStrictEqual([['a'], ['a', 'b']]);
    expect(ledger.counts()).toStrictEqual({ produced: 4, delivered: 2, retained: 2, dropped: {} });
  });

  it('takes a time without an attempt for no success', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { delivery, traces } = open([unreachable, unreachable, unreachable, acknowledged]);
    delivery.addSpan(makeSpan());
    for (let flush = 0; flush < 3; flush += 1) await delivery.flush(Infinity);
    vi.advanceTimersByTime(10_000);
    await delivery.flush(Date.now() + 52);
    expect(traces.bodies).toHaveLength(3);
    await delivery.flush(Infinity);
    expect(traces.bodies).toHaveLength(4);
  });

  it('comes back when the outlet says', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { delivery, traces } = open([{ ...unreachable, retryAfterMs: 2000 }]);
    delivery.addSpan(makeSpan());
    for (const waitMs of [0, 1999, 1]) {
      vi.advanceTimersByTime(waitMs);
      await delivery.flush(Infinity);
    }
    expect(traces.bodies).toHaveLength(2);
  });

  it('waits no longer than it may, and does not begin with too little time left', async () => {
    const { delivery, ledger, traces } = open([new Promise<PostResult>(() => {})]);
    delivery.addSpan(makeSpan());
    await delivery.flush(Date.now() + 50);
    expect(traces.bodies).toStrictEqual([]);
    const startedAtMs = performance.now();
    await delivery.flush(Infinity);
    expect(performance.now() - startedAtMs).toBeLessThan(900);
    expect([traces.bodies.length, ledger.counts().retained]).toStrictEqual([1, 1]);
  });

  it('sends each span once when flushes overlap', async () => {
    const later = (): Promise<PostResult> => new Promise((resolve) => setTimeout(resolve, 10, acknowledged));
    const { delivery, ledger, traces } = open([later(), later()]);
    delivery.addSpan(makeSpan({ name: 'a' }));
    const first = delivery.flush(Infinity);
    delivery.addSpan(makeSpan({ name: 'b' }));
    await Promise.all([first, delivery.flush(Infinity)]);
    expect(traces.bodies.join(' ').split(' ').sort()).toStrictEqual(['a', 'b']);
    expect(ledger.counts()).toStrictEqual({ produced: 2, delivered: 2, retained: 0, dropped: {} });
  });
});

interface TestOutlet extends Outlet {
  /** The names or bodies of the items in each request. */
  readonly bodies: string[];
}

function open(
  traceResults: readonly (PostResult | Promise<PostResult>)[],
  logResults: readonly PostResult[] = [],
  retainBytes?: number,
): { delivery: ReturnType<typeof makeDelivery>; ledger: Ledger; traces: TestOutlet; logs: TestOutlet } {
  const [traces, logs] = [
    outlet(traceResults, /"name":"([^"]*)","kind"/g),
    outlet(logResults, /"stringValue":"([^"]*)"/g),
  ];
  const ledger = makeLedger();
  const common = { resource: { attributes: {} }, logScope: { name: 'log' }, timeoutMs: 100, ledger, retainBytes };
  return { delivery: makeDelivery({ traces, logs, ...common }), ledger, traces, logs };
}

/** Gives the results in turn, then acknowledges. */
function outlet(results: readonly (PostResult | Promise<PostResult>)[], items: RegExp): TestOutlet {
  const bodies: string[] = [];
  return {
    name: 'test',
    encoding: 'json',
    bodies,
    send(body) {
      const text = Buffer.from(body).toString('utf8');
      bodies.push([...text.matchAll(items)].map(([, name]) => name).join(' '));
      return Promise.resolve(results[bodies.length - 1] ?? acknowledged);
    },
  };
}
