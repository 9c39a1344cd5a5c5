import { shared } from '@tracelet/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ExporterDelivery, makeExporterDelivery } from './exporter-delivery.ts';
import { type Ledger, makeLedger } from './ledger.ts';
import { makeSpan } from './otlp/test-support/make-span.ts';

const TIMEOUT_MS = 100;
const complaints: string[] = [];

beforeEach(() => {
  shared().troubles.clear();
  complaints.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => complaints.push(String(text)) > 0);
});

afterEach(() => void vi.restoreAllMocks());

describe('makeExporterDelivery', () => {
  it('hands over the spans of each invocation, once', async () => {
    const { batches, delivery, ledger } = open(['good', 'good']);
    await record(delivery, 'a', 'b');
    await record(delivery, 'c');
    await delivery.flush(Infinity);
    expect(batches).toEqual([['a', 'b'], ['c']]);
    expect(ledger.counts()).toEqual({ produced: 3, delivered: 3, retained: 0, dropped: {} });
    expect(complaints).toEqual([]);
  });

  it.each(['bad', 'throws'] as const)(
    'keeps the spans of an export that %s for the next one, and says so once',
    async (how) => {
      const { batches, delivery, ledger } = open([how, how, 'good']);
      for (const name of ['a', 'b', 'c']) await record(delivery, name);
      expect(batches).toEqual([['a'], ['a', 'b'], ['a', 'b', 'c']]);
      expect(ledger.counts()).toEqual({ produced: 3, delivered: 3, retained: 0, dropped: {} });
      expect(complaints).toHaveLength(1);
    },
  );

  it('waits for an exporter that hangs once, then leaves it alone for a while', async () => {
    const { batches, delivery, ledger } = open(['hangs']);
    const startedAtMs = performance.now();
    for (let count = 0; count < 10; count += 1) await record(delivery, `${count}`);
    expect(performance.now() - startedAtMs).toBeLessThan(4 * TIMEOUT_MS);
    expect(batches).toEqual([['0']]);
    expect(ledger.counts()).toEqual({ produced: 10, delivered: 0, retained: 10, dropped: {} });
  });

  it('tries everything once, however much it is', async () => {
    const { batches, delivery } = open(['good']);
    for (let count = 0; count < 12_000; count += 1) delivery.addSpan(makeSpan());
    await delivery.flush(Infinity);
    expect(batches.map(({ length }) => length)).toEqual([12_000]);
  });

  it('bounds what it keeps, and counts the rest', async () => {
    const { delivery, ledger } = open(['bad']);
    for (let count = 0; count < 12_000; count += 1) delivery.addSpan(makeSpan());
    await delivery.flush(Infinity);
    expect(ledger.counts()).toEqual({
      produced: 12_000,
      delivered: 0,
      retained: 10_000,
      dropped: { buffer_full: 2000 },
    });
  });
});

type Outcome = 'good' | 'bad' | 'throws' | 'hangs';

/** Exporters answer as they are told, then well. */
function open(outcomes: readonly Outcome[]): { batches: string[][]; delivery: ExporterDelivery; ledger: Ledger } {
  const ledger = makeLedger();
  const batches: string[][] = [];
  const exporter = {
    export(spans: { name: string }[], done: (result: { code: number; error?: Error }) => void): void {
      const outcome = outcomes[batches.length] ?? 'good';
      batches.push(spans.map(({ name }) => name));
      if (outcome === 'throws') throw new Error('exporter is broken');
      if (outcome !== 'hangs') done(outcome === 'good' ? { code: 0 } : { code: 1, error: new Error('no backend') });
    },
    shutdown: async () => {},
  };
  return { batches, delivery: makeExporterDelivery(exporter, TIMEOUT_MS, ledger), ledger };
}

async function record(delivery: ExporterDelivery, ...names: readonly string[]): Promise<void> {
  for (const name of names) delivery.addSpan(makeSpan({ name }));
  await delivery.flush(Infinity);
}
