import type { EnvReader } from './env-parse.ts';

/** How much one span may hold; the shape is that of the SDK's `SpanLimits`. What exceeds a limit is dropped and counted. */
export interface SpanLimits {
  readonly attributeCountLimit: number;
  /** In characters; longer strings are cut. `Infinity` when there is no limit. */
  readonly attributeValueLengthLimit: number;
  readonly eventCountLimit: number;
  readonly linkCountLimit: number;
  readonly attributePerEventCountLimit: number;
  readonly attributePerLinkCountLimit: number;
}

/**
 * Reads the limits of spans: the specific variable first, then its older JavaScript name, then the general limit.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#span-limits
 */
export function readSpanLimits({ read }: EnvReader): SpanLimits {
  const attributes = read('OTEL_ATTRIBUTE_COUNT_LIMIT');
  return {
    attributeCountLimit: read('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT') ?? attributes,
    attributeValueLengthLimit:
      read('OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? read('OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT') ?? Infinity,
    eventCountLimit: read('OTEL_SPAN_EVENT_COUNT_LIMIT'),
    linkCountLimit: read('OTEL_SPAN_LINK_COUNT_LIMIT'),
    attributePerEventCountLimit:
      read('OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT') ?? read('OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT') ?? attributes,
    attributePerLinkCountLimit:
      read('OTEL_LINK_ATTRIBUTE_COUNT_LIMIT') ?? read('OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT') ?? attributes,
  };
}
