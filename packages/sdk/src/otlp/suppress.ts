import { type Context, createContextKey } from '@opentelemetry/api';

/**
 * A context in which OpenTelemetry instrumentations make no spans: run the exporter's own requests in it, so that
 * sending spans does not make spans.
 *
 * The key is the one of `@opentelemetry/core`; the API keys contexts by description, so no SDK package is needed.
 *
 * @see https://opentelemetry.io/docs/specs/otel/context/
 */
export function suppressTracing(context: Context): Context {
  return context.setValue(SUPPRESS_TRACING, true);
}

const SUPPRESS_TRACING = /* @__PURE__ */ createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
