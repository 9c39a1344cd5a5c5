import { isValidSpanId, isValidTraceId } from '@opentelemetry/api';
import { afterEach, expect, it, vi } from 'vitest';
import { randomId } from './random-id.ts';

afterEach(() => void vi.restoreAllMocks());

it('gives valid ids, each another one', () => {
  const spans = Array.from({ length: 1000 }, () => randomId(8));
  const traces = Array.from({ length: 1000 }, () => randomId(16));
  expect([spans.every(isValidSpanId), traces.every(isValidTraceId)]).toStrictEqual([true, true]);
  expect(new Set([...spans, ...traces.map((id) => id.slice(0, 16))]).size).toBe(2000);
});

it('gives valid ids at both ends of what chance yields', () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0);
  expect([randomId(8), randomId(16)]).toStrictEqual(['0000000100000001', '00000001'.repeat(4)]);
  random.mockReturnValue(1 - Number.EPSILON / 2);
  expect([randomId(8), randomId(16)]).toStrictEqual(['f'.repeat(16), 'f'.repeat(32)]);
});
