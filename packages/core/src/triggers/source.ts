import type { Attributes } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import { EVENT_SOURCE_ARN, EVENT_SOURCE_EVENT_ID, EVENT_SOURCE_NAME, EVENT_SOURCE_OPERATION } from '../attributes.ts';
import { type Deep, known, text } from '../shape.ts';
import type { FaasTrigger, Trigger } from '../trigger.ts';

/** What an event says of itself, in the words that all sources share. What is not a string is left out. */
export interface SourceFacts {
  /** ARN of what sent the event. */
  readonly arn?: unknown;
  /** Name of what sent the event, where it has one beside the ARN. */
  readonly name?: unknown;
  /** What happened; low cardinality. */
  readonly operation?: unknown;
  /** The source's own id of the event. */
  readonly eventId?: unknown;
  /** Attributes that a convention has for this source. */
  readonly attributes?: Readonly<Record<string, Attributes[string]>> | undefined;
}

/** What sets a source apart whose events are neither HTTP requests nor batches of records. */
export interface Source extends Pick<Trigger<Deep>, 'id' | 'carrier' | 'judge' | 'sentAtMs'> {
  /** Default: `other`. */
  readonly kind?: FaasTrigger | undefined;
  matches(event: Deep): unknown;
  facts?(event: Deep, context: Context): SourceFacts;
  /** Default: the function's name, as the convention asks. */
  spanName?(event: Deep): string;
}

/**
 * Declares a source of single events.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/faas/aws-lambda/
 */
export function defineSource({ kind = 'other', matches, facts, spanName, ...source }: Source): Trigger<Deep> {
  return {
    ...source,
    kind,
    matches: (event) => Boolean(matches(event as Deep)),
    plan: (event, context) => ({ name: spanName?.(event), attributes: sourceAttributes(facts?.(event, context)) }),
  };
}

/** Writes facts as attributes. */
export function sourceAttributes({ arn, name, operation, eventId, attributes }: SourceFacts = {}): Attributes {
  return known({
    [EVENT_SOURCE_ARN]: text(arn),
    [EVENT_SOURCE_NAME]: text(name),
    [EVENT_SOURCE_OPERATION]: text(operation),
    [EVENT_SOURCE_EVENT_ID]: text(eventId),
    ...attributes,
  });
}
