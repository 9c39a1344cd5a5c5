import { readEnv } from './env.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import { makeProvider } from './provider.ts';
import type { RecordingSpan } from './recording-span.ts';

/** A built-in tracer, and the spans that have ended. */
export interface Spans {
  readonly ended: OtlpSpan[];
  start(name: string, attributes?: Readonly<Record<string, string>>): RecordingSpan;
}

/** Makes spans of the built-in provider. */
export function makeSpans(): Spans {
  const ended: OtlpSpan[] = [];
  const { api } = makeProvider({ resource: {}, environment: readEnv({}), onEnd: (span) => ended.push(span) });
  const tracer = api.getTracer('test');
  return { ended, start: (name, attributes = {}) => tracer.startSpan(name, { kind: 1, attributes }) as RecordingSpan };
}
