import { PENDING, SERVER_ADDRESS, UNFINISHED } from './attributes.ts';
import { failSpan } from './failed-span.ts';
import type { RecordingSpan } from './recording-span.ts';

/** Names of pending operations on one span; more say nothing more. */
const MAX_PENDING = 20;

/** The type and the message of what did not end in time. */
export const TIMEOUT = { type: 'timeout', message: 'This did not end in time.' } as const;

/**
 * Records what can be said of an invocation that is about to be killed: a copy of each of its open spans as it is now,
 * marked as unfinished, with the ids of the original. The invocation's own comes last and names what was pending: the
 * innermost open spans.
 */
export function recordUnfinished(invocation: RecordingSpan): void {
  const open = [...invocation.openSpans].reverse();
  const parents = open.map((span) => span.parentSpanContext?.spanId);
  const pending = open
    .filter((span) => span !== invocation && !parents.includes(span.spanContext().spanId))
    .map(({ attributes, name }) => `${name} ${attributes[SERVER_ADDRESS] ?? ''}`.trim());
  for (const span of open) {
    const copy = span.another();
    copy.events.push(...span.events);
    if (span === invocation) copy.setAttribute(PENDING, pending.slice(0, MAX_PENDING));
    copy.setAttribute(UNFINISHED, true);
    failSpan(copy, TIMEOUT.type, TIMEOUT.message).end();
  }
}
