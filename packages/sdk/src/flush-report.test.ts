import type { Attributes, Span } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { reportFlushes } from './flush-report.ts';
import { makeLedger } from './ledger.ts';

const info = { event: {}, context: {} as never, trigger: 'unknown', coldStart: false, deadlineMs: Infinity };

it('tells of nothing before the first flush', () => {
  const { plugin } = reportFlushes({ flush: async () => {} }, makeLedger().counts, status());
  expect(attributesOf(plugin)).toEqual({});
});

it('tells how long the flush before took, and what was retained and dropped by then', async () => {
  const ledger = makeLedger();
  const deadlines: number[] = [];
  const flush = async (deadlineMs: number): Promise<void> => {
    deadlines.push(deadlineMs);
    await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const { flusher, plugin } = reportFlushes({ flush }, ledger.counts, status());
  ledger.produce(1);
  ledger.deliver(1);
  await flusher.flush(7);
  const healthy = attributesOf(plugin);
  expect([deadlines, healthy]).toEqual([[7], { 'tracelet.export.flush_ms': expect.any(Number) }]);
  expect(healthy['tracelet.export.flush_ms']).toBeGreaterThanOrEqual(19);
  ledger.produce(10);
  ledger.drop('http_413', 3);
  ledger.drop('buffer_full', 2);
  ledger.produce(100);
  // No loss.
  ledger.drop('sampled_out', 100);
  await flusher.flush(7);
  // What the invocation that begins has recorded by now is not retained.
  ledger.produce(1);
  expect(attributesOf(plugin)).toEqual({
    'tracelet.export.flush_ms': expect.any(Number),
    'tracelet.export.retained_count': 5,
    'tracelet.export.dropped_count': 5,
    'tracelet.export.drop_reasons': ['http_413=3', 'buffer_full=2'],
  });
});

it('tells why responses wait', () => {
  const { plugin } = reportFlushes({ flush: async () => {} }, makeLedger().counts, status('refused'));
  expect(attributesOf(plugin)).toEqual({ 'tracelet.flush.fallback': 'refused' });
});

function status(fallback?: string): Parameters<typeof reportFlushes>[2] {
  return { mode: 'before-response', fallback };
}

function attributesOf(plugin: ReturnType<typeof reportFlushes>['plugin']): Attributes {
  const attributes: Attributes = {};
  const setAttribute = (name: string, value: Attributes[string]): void => {
    attributes[name] = value;
  };
  plugin.invocation?.({ setAttribute } as unknown as Span, info);
  return attributes;
}
