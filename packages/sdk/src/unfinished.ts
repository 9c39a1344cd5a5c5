import { type HrTime, SpanStatusCode } from '@opentelemetry/api';
import { ERROR_TYPE, PENDING, SERVER_ADDRESS, UNFINISHED } from './attributes.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import type { RecordingSpan } from './recording-span.ts';

/** Names of pending operations on one span; more say nothing more. */
const MAX_PENDING = 20;

const STATUS = { code: SpanStatusCode.ERROR, message: 'The time of the invocation was over before this ended.' };

/**
 * What can be said of an invocation that is about to be killed: a copy of each of its open spans as it is now, marked as
 * unfinished, with the ids of the original. The invocation's own comes last and names what was pending.
 */
export function unfinishedSpans(invocation: RecordingSpan, endTime: HrTime): readonly OtlpSpan[] {
  const open = [...invocation.openSpans].reverse();
  const parents = new Set(open.map((span) => span.parentSpanContext?.spanId));
  const pending = open
    .filter((span) => span !== invocation && !parents.has(span.spanContext().spanId))
    .map(({ attributes, name }) => [name, attributes[SERVER_ADDRESS]].filter(Boolean).join(' '));
  return open.map((span) => ({
    name: span.name,
    kind: span.kind,
    spanContext: span.spanContext,
    parentSpanContext: span.parentSpanContext,
    startTime: span.startTime,
    endTime,
    status: STATUS,
    attributes: {
      ...span.attributes,
      [ERROR_TYPE]: 'timeout',
      [UNFINISHED]: true,
      ...(span === invocation && pending.length > 0 && { [PENDING]: pending.slice(0, MAX_PENDING) }),
    },
    links: span.links,
    events: [...span.events],
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  }));
}
