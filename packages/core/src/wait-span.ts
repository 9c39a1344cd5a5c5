import { type Context as OtelContext, type Span, SpanKind } from '@opentelemetry/api';
import { EVENT_SOURCE_ARN, INFERRED, MESSAGING_SYSTEM_NAME, TRIGGER } from './attributes.ts';
import { type AnyRecordSource, agesOf } from './batch-span.ts';
import { openBeside } from './beside-span.ts';
import { survive } from './diagnose.ts';
import type { Pipeline } from './pipeline.ts';
import { known } from './shape.ts';
import type { Trigger } from './trigger.ts';

/** SQS keeps a message for 14 days at most; a longer wait is a replay of a stream, or a clock that is wrong. */
const MAX_WAIT_MS = 1_209_600_000;

/** The invocation that waited. */
export interface Waited {
  readonly event: unknown;
  readonly span: Span;
  readonly parent: OtelContext;
  readonly startedAtMs: number;
  /** Age of an event that is no batch, as far as its source states it. */
  readonly ageMs: number | undefined;
}

/**
 * Records how long the event, or the oldest record of a batch, waited in its source: an INTERNAL span `wait <source>`
 * from the source's own timestamp to the start of the handler. It is inferred, and says so; it is a sibling of the
 * invocation's span, never its parent.
 *
 * The timestamp is of another clock: the span never ends after the handler's start, and never begins more than 14 days
 * before it. There is none where the source states no time.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export function recordWait(
  pipeline: Pipeline,
  trigger: Trigger,
  { event, span, parent, startedAtMs, ageMs }: Waited,
): void {
  if (!span.isRecording()) return;
  survive('span_failed', 'Recording the wait in a queue', () => {
    const records = trigger.records as AnyRecordSource | undefined;
    const waitedMs = ageMs ?? (records && agesOf(records, event, startedAtMs).at(-1));
    if (waitedMs === undefined) return;
    const ofBatch = records?.attributes?.(event);
    const attributes = known({
      [INFERRED]: true,
      [TRIGGER]: trigger.id,
      [EVENT_SOURCE_ARN]: ofBatch?.[EVENT_SOURCE_ARN],
      [MESSAGING_SYSTEM_NAME]: ofBatch?.[MESSAGING_SYSTEM_NAME],
    });
    const startTime = new Date(startedAtMs - Math.min(waitedMs, MAX_WAIT_MS));
    const options = { kind: SpanKind.INTERNAL, startTime, attributes };
    const name = `wait ${records?.source?.(event) ?? trigger.id}`;
    openBeside(pipeline, name, options, span, parent, true).end(new Date(startedAtMs));
  });
}
