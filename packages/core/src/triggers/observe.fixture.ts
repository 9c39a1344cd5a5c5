import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { defaultSettings } from '../preset.ts';
import { recognise } from '../recognise.ts';
import { fakeContext, invoke, recorder, settled } from '../tracing.fixture.ts';
import type { BatchTrigger } from '../trigger.ts';

/** The spans of one invocation by what they stand for. */
export interface Observed {
  readonly invocation: ReadableSpan;
  /** None, unless the event is a batch. */
  readonly batch: ReadableSpan | undefined;
  readonly records: readonly ReadableSpan[];
}

/** Sends an event through the real pipeline, record by record when it is a batch, and gives back what was recorded. */
export async function observe(event: unknown, context: unknown = fakeContext(), result?: unknown): Promise<Observed> {
  const { lambda, spans } = recorder();
  const trigger = recognise(event, defaultSettings);
  const work = async (): Promise<unknown> => result;
  const handler =
    trigger.records === undefined
      ? lambda(work)
      : lambda.records(trigger as BatchTrigger<unknown, unknown, unknown>)(work);
  await settled(invoke(handler, event, context));
  const [invocation, ...others] = spans().toSorted((a, b) => rank(a, spans()) - rank(b, spans()));
  if (invocation?.kind !== SpanKind.SERVER) throw new Error(`${trigger.id} has no SERVER span`);
  // The record of a single event stands directly below the invocation.
  const batch = trigger.records?.single === true ? undefined : others[0];
  return { invocation, batch, records: others.filter((span) => span !== batch) };
}

/** The invocation's span, then the batch's, then those of records. */
function rank({ kind, parentSpanContext }: ReadableSpan, all: readonly ReadableSpan[]): number {
  if (kind === SpanKind.SERVER) return 0;
  const parent = all.find((span) => span.spanContext().spanId === parentSpanContext?.spanId);
  return parent?.kind === SpanKind.SERVER ? 1 : 2;
}
