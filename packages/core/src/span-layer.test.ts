import { createContextKey, type Context as OtelContext, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { activate } from './span-layer.ts';

const [first, second] = ['1', '2'].map((digit) =>
  trace.wrapSpanContext({ traceId: digit.repeat(32), spanId: digit.repeat(16), traceFlags: 1 }),
) as [Span, Span];
const [a, b] = [createContextKey('a'), createContextKey('b')];
const below = trace.setSpan(ROOT_CONTEXT.setValue(a, 1), second);

/** What a context holds. */
const held = (context: OtelContext): unknown[] => [trace.getSpan(context), context.getValue(a), context.getValue(b)];

it.each<[string, (context: OtelContext) => OtelContext]>([
  ['itself', (context) => context],
  ['a context with another value', (context) => context.setValue(b, 2)],
  ['a context with another span', (context) => trace.setSpan(context, second).setValue(b, 2)],
  ['a context without a value', (context) => context.setValue(b, 2).deleteValue(a)],
  ['a context without a span', (context) => trace.deleteSpan(context)],
  ['a context of a remote span', (context) => trace.setSpanContext(context, second.spanContext())],
])('is what the API makes with setSpan, as far as can be told from %s', (_what, derive) => {
  const layered = activate(below, first);
  expect(held(derive(layered))).toEqual(held(derive(trace.setSpan(below, first))));
  expect(held(layered)).toEqual([first, 1, undefined]);
  expect(held(below)).toEqual([second, 1, undefined]);
});
