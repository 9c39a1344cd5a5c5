import type { TracerProvider as ApiTracerProvider, HrTime } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { RandomIdGenerator, type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { SCHEMA_URL } from '@tracelet/core';
import { makeClock } from './clock.ts';
import type { Environment } from './env.ts';
import type { OtlpResource, OtlpSpan } from './otlp/otlp-data.ts';
import { makeSampler } from './sampler.ts';

/** What a provider is made of. */
export interface ProviderParts {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly environment: Pick<Environment, 'sampler' | 'samplerRatio' | 'spanLimits'>;
  /** Takes every sampled span as it ends. */
  readonly onEnd: (span: OtlpSpan) => void;
}

/** Our provider and what only ours can do. */
export interface Provider {
  readonly api: ApiTracerProvider;
  readonly resource: OtlpResource;
  /** Root spans started while `fn` runs synchronously belong to this trace. */
  readonly inTrace: <T>(traceId: string, fn: () => T) => T;
}

/**
 * The one place that makes a provider of `@opentelemetry/sdk-trace`; everything else sees the API's interfaces. An SDK
 * major comes about once a year, and this file is what it touches.
 */
export function makeProvider({ resource: attributes, environment, onEnd }: ProviderParts): Provider {
  const resource = resourceFromAttributes(attributes as Parameters<typeof resourceFromAttributes>[0], {
    schemaUrl: SCHEMA_URL,
  });
  const random = new RandomIdGenerator();
  const now = makeClock();
  let chosen: string | undefined;
  // The SDK starts spans at whole milliseconds, and ends them by its start: half of a batch would start at one moment.
  const refineStart = (span: object): void => {
    const started = span as { startTime: HrTime; readonly _startTimeProvided?: boolean };
    if (started._startTimeProvided === false) started.startTime = now();
  };
  const api = new TracerProvider({
    resource,
    sampler: makeSampler(environment),
    spanLimits: environment.spanLimits,
    idGenerator: {
      generateTraceId: () => chosen ?? random.generateTraceId(),
      generateSpanId: () => random.generateSpanId(),
    },
    spanProcessors: [
      {
        onStart: refineStart,
        onEnd: (span: ReadableSpan) => {
          if (span.spanContext().traceFlags & 1) onEnd(span);
        },
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  });
  return {
    api,
    resource: resource as OtlpResource,
    inTrace(traceId, fn) {
      chosen = traceId;
      try {
        return fn();
      } finally {
        chosen = undefined;
      }
    },
  };
}
