import type { Attributes, Span, SpanContext, SpanKind, TimeInput } from '@opentelemetry/api';
import { RecordingSpan } from './recording-span.ts';
import { fillBag } from './span-attributes.ts';

/** Who a span is that the API could not start: its ids are given, not made. */
export interface SpanIdentity {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: SpanContext;
  readonly parentSpanContext: SpanContext | undefined;
  readonly attributes: Attributes;
  readonly startTime: TimeInput;
}

/** Starts a span of a given identity, with resource and scope of another one; `undefined` for a foreign provider's. */
export function spanLike(kin: Span, { attributes, ...identity }: SpanIdentity): Span | undefined {
  if (!(kin instanceof RecordingSpan)) return undefined;
  return kin.another({ ...identity, attributes: fillBag(attributes, Infinity, Infinity), links: [] });
}
