import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import fc from 'fast-check';
import { expect } from 'vitest';

/** How often each comparison with the library runs. */
export const RUNS = { numRuns: 3_000 };

export type Carrier = Record<string, unknown>;

/** What a propagator read, in a form that can be compared. */
export interface Found {
  readonly span: Omit<SpanContext, 'traceState'> | undefined;
  /** An empty trace state and none are the same. */
  readonly state: string | undefined;
  readonly baggage: readonly (readonly [key: string, value: string, metadata: string | undefined])[] | undefined;
}

export const NOTHING: Found = { span: undefined, state: undefined, baggage: undefined };

export function read(propagator: TextMapPropagator, carrier: Carrier, into: Context = ROOT_CONTEXT): Found {
  const context = propagator.extract(into, carrier, defaultTextMapGetter);
  const { traceState, ...span } = trace.getSpanContext(context) ?? {};
  const entries = propagation.getBaggage(context)?.getAllEntries();
  return {
    span: 'traceId' in span ? (span as SpanContext) : undefined,
    state: traceState?.serialize() || undefined,
    baggage: entries?.map(([key, { value, metadata }]) => [key, value, metadata?.toString()]),
  };
}

export function write(propagator: TextMapPropagator, context: Context): Record<string, string> {
  const carrier = {};
  propagator.inject(context, carrier, defaultTextMapSetter);
  return carrier;
}

/** Reads with one propagator and writes with another, as a service in the middle does. */
export function passOn(reader: TextMapPropagator, carrier: Carrier, writer = reader): Record<string, string> {
  return write(writer, reader.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));
}

/** What is text in a carrier: the library trusts the types of its getter, ours reads anything. */
export function textOf(carrier: Carrier): Carrier {
  const isText = (value: unknown): boolean => typeof value === 'string';
  const clean = (value: unknown): unknown =>
    Array.isArray(value) ? value.filter(isText) : isText(value) ? value : undefined;
  return Object.fromEntries(Object.entries(carrier).map(([name, value]) => [name, clean(value)]));
}

export function expectSameReading(ours: TextMapPropagator, library: TextMapPropagator, carrier: Carrier): void {
  expect(read(ours, carrier)).toStrictEqual(read(library, textOf(carrier)));
}

export function expectNothingWhenSuppressed(propagator: TextMapPropagator, context: Context): void {
  expect(write(propagator, context)).not.toStrictEqual({});
  expect(write(propagator, suppressTracing(context))).toStrictEqual({});
}

export const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

/** Mostly a good id; sometimes zeros, capitals, or another length. */
export const id = (length: number): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: hex(length), weight: 9 },
    { arbitrary: fc.constantFrom('', '0'.repeat(length), 'A'.repeat(length), 'g'.repeat(length)), weight: 1 },
    { arbitrary: fc.integer({ min: length - 1, max: length + 1 }).chain(hex), weight: 1 },
  );

/** Text of pieces that mean something to the format, and of others. */
export const pieces = (...known: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof({ arbitrary: fc.constantFrom(...known), weight: 4 }, fc.string({ maxLength: 4 })))
    .map((all) => all.join(''));

/** A header as a getter may give it: text, several of it, or none. */
export const header = (text: fc.Arbitrary<string>): fc.Arbitrary<string | string[] | undefined> =>
  fc.oneof({ arbitrary: text, weight: 4 }, fc.array(text, { maxLength: 3 }), fc.constant(undefined));

/** What no getter should give, with text among it. */
export const hostile = (text: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc.oneof(fc.anything(), fc.array(fc.oneof(text, fc.anything()), { maxLength: 4 }));

export const spanContext: fc.Arbitrary<SpanContext> = fc.record({
  traceId: id(32),
  spanId: id(16),
  traceFlags: fc.nat(255),
});
