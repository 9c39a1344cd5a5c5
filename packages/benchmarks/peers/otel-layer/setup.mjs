// What a layer's wrapper script preloads: hooks for ES modules, provider, exporter, instrumentations.
import { register } from 'node:module';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { AwsLambdaInstrumentation } from '@opentelemetry/instrumentation-aws-lambda';
import { AwsInstrumentation } from '@opentelemetry/instrumentation-aws-sdk';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

register('@opentelemetry/instrumentation/hook.mjs', import.meta.url);
const instrumentations = [
  new AwsLambdaInstrumentation(),
  new AwsInstrumentation(),
  new HttpInstrumentation(),
  new UndiciInstrumentation(),
];
const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': 'bench', 'cloud.provider': 'aws' }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
registerInstrumentations({ instrumentations, tracerProvider: provider });
