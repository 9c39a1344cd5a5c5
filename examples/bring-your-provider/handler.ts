import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { defineLambda, span } from '@tracelet/lambda';

/** `@opentelemetry/sdk-trace-base` 2.12 in place of the built-in provider: sampler, resource and exporter are its own. */
const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });

const lambda = defineLambda({ provider });

export const handler = lambda(async (event: { readonly name: string }) => {
  return span('greet', () => `hello ${event.name}`);
});
