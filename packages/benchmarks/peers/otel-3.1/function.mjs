import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { work } from '../../src/functions/work.ts';

// The set-up of the documentation, by hand in a function: one span an invocation, flushed before the response.
const resource = resourceFromAttributes({ 'service.name': 'bench', 'cloud.provider': 'aws' });
const exporter = new OTLPTraceExporter();
const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
trace.setGlobalTracerProvider(provider);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const tracer = trace.getTracer('bench');

const traced = (name, run) =>
  tracer.startActiveSpan(name, { kind: SpanKind.CONSUMER }, async (span) => {
    await run();
    span.end();
  });

export const handler = async (event, { awsRequestId, xRayTraceId }) => {
  const attributes = { 'faas.invocation_id': awsRequestId };
  const span = tracer.startSpan('bench', { kind: SpanKind.SERVER, attributes }, parentOf(xRayTraceId));
  try {
    return await context.with(trace.setSpan(context.active(), span), () => work(event, traced));
  } finally {
    span.end();
    await provider.forceFlush().catch(() => {});
  }
};

function parentOf(header = '') {
  const [, traceId, spanId] = /^Root=1-([^;]+);Parent=([^;]+)/.exec(header) ?? [];
  if (spanId === undefined) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: traceId.replace('-', ''),
    spanId,
    traceFlags: 1,
    isRemote: true,
  });
}
