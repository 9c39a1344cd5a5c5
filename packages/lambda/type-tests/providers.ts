// Parts of the OpenTelemetry SDK, of both lines, are accepted by structure.

import { type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter as ExporterOf0223 } from '@opentelemetry/exporter-trace-otlp-http-0.223';
import { OTLPTraceExporter as ExporterOf0301 } from '@opentelemetry/exporter-trace-otlp-http-0.301';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { BasicTracerProvider, ConsoleSpanExporter, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { defineLambda, type ExporterLike, type ProviderLike } from '@tracelet/lambda';

export const provider3 = defineLambda({ provider: new TracerProvider() });
export const provider2 = defineLambda({ provider: new BasicTracerProvider() });
export const globalProvider = defineLambda({ provider: trace.getTracerProvider() });
export const ownProvider = defineLambda({ provider: { getTracer: (name): Tracer => trace.getTracer(name) } });

export const exporter0223 = defineLambda({ exporter: new ExporterOf0223({ url: 'http://collector:4318/v1/traces' }) });
export const exporter0301 = defineLambda({ exporter: new ExporterOf0301({ url: 'http://collector:4318/v1/traces' }) });
export const exporterMemory = defineLambda({ exporter: new InMemorySpanExporter() });
export const exporterConsole = defineLambda({ exporter: new ConsoleSpanExporter() });
export const exporterEnforced = defineLambda({ enforce: { exporter: new ExporterOf0301() } });
export const exporterOwn = defineLambda({
  exporter: { export: (spans, done) => done({ code: spans.length > 0 ? 0 : 1 }), shutdown: async () => undefined },
});

export const providers: readonly ProviderLike[] = [new TracerProvider(), new BasicTracerProvider()];
export const exporters: readonly ExporterLike[] = [new ExporterOf0223(), new ExporterOf0301()];
