import { diagnose, idlePipeline, shared } from '@tracelet/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { doctor, lambda } from './index.ts';

beforeEach(() => {
  shared().pipeline = undefined;
  shared().troubles.clear();
});
afterEach(() => vi.unstubAllEnvs());

it('says outside Lambda that nothing is exported, and whether a handler is wrapped', () => {
  const bare = { inLambda: false, disabled: false, wrapped: false, troubles: {} };
  expect(doctor()).toStrictEqual(bare);
  lambda(async () => 1);
  expect(doctor()).toStrictEqual({ ...bare, wrapped: true });
  vi.stubEnv('OTEL_SDK_DISABLED', 'true');
  expect(doctor()).toMatchObject({ disabled: true });
});

it('adds what the pipeline says of itself, and counts every trouble', () => {
  vi.stubEnv('OTEL_LOG_LEVEL', 'none');
  const counts = { produced: 1, delivered: 0, retained: 1, dropped: {} };
  shared().pipeline = idlePipeline({ describe: () => ({ flush: 'after-response', counts }) });
  for (let i = 0; i < 2; i++) diagnose('export_retained:refused', 'x', 'y');
  expect(doctor()).toMatchObject({
    wrapped: true,
    flush: 'after-response',
    counts,
    troubles: { 'export_retained:refused': 2 },
  });
});
