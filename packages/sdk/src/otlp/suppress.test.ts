import { ROOT_CONTEXT } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { expect, it } from 'vitest';
import { suppressTracing } from './suppress.ts';

it('suppresses tracing as the official SDK understands it, in the derived context only', () => {
  expect(isTracingSuppressed(suppressTracing(ROOT_CONTEXT))).toBe(true);
  expect(isTracingSuppressed(ROOT_CONTEXT)).toBe(false);
});
