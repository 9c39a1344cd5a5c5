import {
  type Attributes,
  type HrTime,
  ROOT_CONTEXT,
  type Span,
  type SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readEnv } from './env.ts';
import type { SpanLimits } from './limits.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import { makeProvider } from './provider.ts';

/** What both kinds of span have to agree on. */
type Facts = Pick<
  OtlpSpan,
  'name' | 'kind' | 'status' | 'attributes' | 'droppedAttributesCount' | 'droppedEventsCount' | 'droppedLinksCount'
> & { readonly times: readonly HrTime[]; readonly events: unknown; readonly links: unknown };

type Step = (span: Span) => unknown;

const time = fc.tuple(
  fc.integer({ min: 1_700_000_000, max: 1_800_000_000 }),
  fc.nat(999_999_999),
) as fc.Arbitrary<HrTime>;
const scalar = fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.boolean());
const value = fc.oneof(scalar, fc.array(fc.string(), { maxLength: 3 }), fc.array(fc.integer(), { maxLength: 3 }));
// The SDK counts an empty key in one place and not in another.
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const attributes = fc.dictionary(key, value, { maxKeys: 6 }) as fc.Arbitrary<Attributes>;
const linked = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const status = fc.record({ code: fc.constantFrom(0, 1, 2) as fc.Arbitrary<SpanStatusCode>, message: fc.string() });

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(key, value).map(
    ([k, v]): Step =>
      (span) =>
        span.setAttribute(k, v),
  ),
  attributes.map(
    (given): Step =>
      (span) =>
        span.setAttributes(given),
  ),
  fc.tuple(fc.string(), attributes, time).map(
    ([name, given, at]): Step =>
      (span) =>
        span.addEvent(name, given, at),
  ),
  fc.tuple(fc.string(), time).map(
    ([name, at]): Step =>
      (span) =>
        span.addEvent(name, at),
  ),
  attributes.map(
    (given): Step =>
      (span) =>
        span.addLink({ context: linked, attributes: given }),
  ),
  fc.integer({ min: 1, max: 3 }).map(
    (count): Step =>
      (span) =>
        span.addLinks(Array(count).fill({ context: linked })),
  ),
  status.map(
    (given): Step =>
      (span) =>
        span.setStatus(given),
  ),
  fc.string().map(
    (name): Step =>
      (span) =>
        span.updateName(name),
  ),
);

const limits: fc.Arbitrary<SpanLimits> = fc.record({
  attributeCountLimit: fc.integer({ min: 1, max: 4 }),
  attributeValueLengthLimit: fc.constantFrom(1, 3, Infinity),
  eventCountLimit: fc.integer({ min: 0, max: 3 }),
  linkCountLimit: fc.integer({ min: 0, max: 3 }),
  attributePerEventCountLimit: fc.integer({ min: 0, max: 2 }),
  attributePerLinkCountLimit: fc.integer({ min: 0, max: 2 }),
});

it('holds what a span of the SDK holds after the same calls', () => {
  const scenario = fc.tuple(limits, attributes, fc.array(step, { maxLength: 12 }), time, time);
  fc.assert(
    fc.property(scenario, ([spanLimits, initial, steps, start, end]) => {
      const play = (tracer: Tracer): void => {
        const span = tracer.startSpan('first', { kind: 2, attributes: initial, startTime: start }, ROOT_CONTEXT);
        for (const each of steps) each(span);
        span.end(end);
        // After its end a span changes no more.
        for (const each of steps) each(span);
      };
      expect(ourFacts(spanLimits, play)).toEqual(sdkFacts(spanLimits, play));
    }),
    { numRuns: 2000 },
  );
});

it('records an exception as the SDK does', () => {
  const error = new RangeError('too far');
  const play = (tracer: Tracer): void => {
    const span = tracer.startSpan('s', { startTime: [1, 0] }, ROOT_CONTEXT);
    span.recordException(error, [2, 0]);
    span.end([3, 0]);
  };
  const spanLimits = readEnv({}).spanLimits;
  expect(ourFacts(spanLimits, play)).toEqual(sdkFacts(spanLimits, play));
  expect(ourFacts(spanLimits, play).events).toMatchObject([
    {
      attributes: {
        'exception.type': 'RangeError',
        'exception.message': 'too far',
        'exception.stacktrace': error.stack,
      },
    },
  ]);
});

it('follows the parent, the trace state and the sampler’s verdict', () => {
  const ended: OtlpSpan[] = [];
  const environment = { ...readEnv({}), sampler: 'parentbased_always_on' as const };
  const tracer = makeProvider({ resource: {}, environment, onEnd: (span) => ended.push(span) }).api.getTracer('t');
  const under = (traceFlags: number): Span => {
    return tracer.startSpan('child', {}, trace.setSpanContext(ROOT_CONTEXT, { ...linked, traceFlags, isRemote: true }));
  };
  const [kept, unsampled] = [under(1), under(0)];
  kept.end();
  unsampled.end();
  expect([kept.isRecording(), unsampled.isRecording()]).toEqual([false, false]);
  expect(unsampled.spanContext()).toMatchObject({ traceId: linked.traceId, traceFlags: 0 });
  expect(ended.map(({ name, parentSpanContext }) => [name, parentSpanContext?.spanId])).toEqual([
    ['child', linked.spanId],
  ]);
});

it('never ends before it starts', () => {
  const { times } = ourFacts(readEnv({}).spanLimits, (tracer) =>
    tracer.startSpan('s', { startTime: [9, 5] }).end([9, 4]),
  );
  expect(times).toEqual([
    [9, 5],
    [9, 5],
  ]);
});

function ourFacts(spanLimits: SpanLimits, play: (tracer: Tracer) => void): Facts {
  const ended: OtlpSpan[] = [];
  const environment = { ...readEnv({}), spanLimits };
  play(makeProvider({ resource: {}, environment, onEnd: (span) => ended.push(span) }).api.getTracer('t'));
  return factsOf(ended);
}

function sdkFacts(spanLimits: SpanLimits, play: (tracer: Tracer) => void): Facts {
  const ended: OtlpSpan[] = [];
  const processor = {
    onStart: () => {},
    onEnd: (span: ReadableSpan) => ended.push(span as OtlpSpan),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  play(new TracerProvider({ spanLimits, spanProcessors: [processor] }).getTracer('t'));
  return factsOf(ended);
}

function factsOf([span]: readonly OtlpSpan[]): Facts {
  if (span === undefined) throw new Error('no span ended');
  const {
    droppedAttributesCount,
    droppedEventsCount,
    droppedLinksCount,
    endTime,
    events,
    kind,
    links,
    name,
    startTime,
    status,
  } = span;
  return {
    name,
    kind,
    status,
    attributes: span.attributes,
    droppedAttributesCount,
    droppedEventsCount,
    droppedLinksCount,
    times: [startTime, endTime],
    events: events.map((event) => ({
      ...event,
      attributes: event.attributes ?? {},
      droppedAttributesCount: event.droppedAttributesCount ?? 0,
    })),
    links: links.map((link) => ({
      ...link,
      attributes: link.attributes ?? {},
      droppedAttributesCount: link.droppedAttributesCount ?? 0,
    })),
  };
}
