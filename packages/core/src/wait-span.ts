import { type Context as OtelContext, type Span, SpanKind } from '@opentelemetry/api';
import { EVENT_SOURCE_ARN, INFERRED, MESSAGING_SYSTEM_NAME, TRIGGER } from './attributes.ts';
import { openBeside } from './beside-span.ts';
import { survive } from './diagnose.ts';
import type { Pipeline } from './pipeline.ts';
import { known } from './shape.ts';
import type { RecordSource, Trigger } from './trigger.ts';

/** SQS keeps a message for 14 days at most; a longer wait is a replay of a stream, or a clock that is wrong. */
const MAX_WAIT_MS = 14 * 24 * 3600 * 1000;

/** The invocation that waited. */
export interface Waited {
  readonly event: unknown;
  readonly span: Span;
  readonly parent: OtelContext;
  readonly startedAtMs: number;
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
export function recordWait(pipeline: Pipeline, trigger: Trigger, { event, span, parent, startedAtMs }: Waited): void {
  if (!span.isRecording()) return;
  survive('span_failed', 'Recording the wait in a queue', () => {
    const sentAtMs = oldest(trigger, event);
    if (!Number.isFinite(sentAtMs)) return;
    const records = trigger.records as RecordSource<unknown, unknown, unknown> | undefined;
    const ofBatch = records?.attributes?.(event);
    const attributes = known({
      [INFERRED]: true,
      [TRIGGER]: trigger.id,
      [EVENT_SOURCE_ARN]: ofBatch?.[EVENT_SOURCE_ARN],
      [MESSAGING_SYSTEM_NAME]: ofBatch?.[MESSAGING_SYSTEM_NAME],
    });
    const begunAtMs = Math.min(startedAtMs, Math.max(sentAtMs, startedAtMs - MAX_WAIT_MS));
    const options = { kind: SpanKind.INTERNAL, startTime: new Date(begunAtMs), attributes };
    const name = `wait ${records?.source?.(event) ?? trigger.id}`;
    openBeside(pipeline, name, options, span, parent, true).end(new Date(startedAtMs));
  });
}

/** The earliest time that the event or its records state, in milliseconds since the epoch; not finite when none does. */
function oldest({ records, sentAtMs }: Trigger, event: unknown): number {
  if (sentAtMs !== undefined) return Number(sentAtMs(event));
  const times = (records?.list(event) ?? []).map((record) => Number(records?.sentAtMs?.(record)));
  // Not spread into Math.min: a batch has up to 10,000 records, an event of Kafka many more.
  return times.filter(Number.isFinite).reduce((a, b) => Math.min(a, b), Infinity);
}
