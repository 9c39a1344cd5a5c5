import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defineLambda, span } from '@tracelet/lambda';

/** The official OTLP/HTTP exporter in place of the built-in one; it reads the `OTEL_EXPORTER_OTLP_*` variables itself. */
const lambda = defineLambda({ exporter: new OTLPTraceExporter() });

export const handler = lambda(async (event: { readonly name: string }) => {
  return span('greet', () => `hello ${event.name}`);
});
