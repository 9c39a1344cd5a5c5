import { createContextKey, type Context as OtelContext, type SpanContext } from '@opentelemetry/api';

// The API makes equal keys of equal names, so that several copies of this file find each other's links.
const LINKS = /* @__PURE__ */ createContextKey('tracelet links');

/**
 * A context with one more link. A propagator calls it for what it found in a carrier that is no parent, such as the ids
 * of another vendor's agent: the invocation's or record's span that starts from the carrier then links to it.
 */
export function addLink(context: OtelContext, spanContext: SpanContext): OtelContext {
  return context.setValue(LINKS, [...linksOf(context), spanContext]);
}

/** The links that {@link addLink} put into a context. */
export function linksOf(context: OtelContext): readonly SpanContext[] {
  return (context.getValue(LINKS) as readonly SpanContext[] | undefined) ?? [];
}
