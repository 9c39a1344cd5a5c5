import type { Attributes, Tracer, TracerProvider } from '@opentelemetry/api';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace';
import { SCHEMA_URL } from '@tracelet/core';
import { makeClock } from './clock.ts';
import type { Environment } from './env.ts';
import type { OtlpResource, OtlpSpan } from './otlp/otlp-data.ts';
import type { SpanHome } from './recording-span.ts';
import { makeSampler } from './sampler.ts';
import { makeTracer } from './tracer.ts';

/** What a provider is made of. */
export interface ProviderParts {
  readonly resource: Attributes;
  readonly environment: Pick<Environment, 'sampler' | 'samplerRatio' | 'spanLimits'>;
  /** Takes every sampled span as it ends. */
  readonly onEnd: (span: OtlpSpan) => void;
}

/** Our provider and what only ours can do. */
export interface Provider {
  readonly api: TracerProvider;
  /** Root spans started while `fn` runs synchronously belong to this trace. */
  readonly inTrace: <T>(traceId: string, fn: () => T) => T;
}

/**
 * The one place that makes the built-in provider: samplers and ids of `@opentelemetry/sdk-trace`, spans of our own.
 * Everything else sees the API's interfaces. An SDK major comes about once a year, and this file is what it touches.
 */
export function makeProvider({ resource: attributes, environment, onEnd }: ProviderParts): Provider {
  const random = new RandomIdGenerator();
  const sampler = makeSampler(environment);
  const resource: OtlpResource = { attributes, schemaUrl: SCHEMA_URL };
  const common = { resource, limits: environment.spanLimits, now: makeClock(), onEnd };
  const tracers = new Map<string, Tracer>();
  let chosen: string | undefined;
  const ids = {
    generateTraceId: () => chosen ?? random.generateTraceId(),
    generateSpanId: () => random.generateSpanId(),
  };
  return {
    api: {
      getTracer(name, version, options) {
        const scope = { name, version, schemaUrl: options?.schemaUrl };
        const key = `${name}@${version ?? ''}:${scope.schemaUrl ?? ''}`;
        const known = tracers.get(key);
        if (known !== undefined) return known;
        const home: SpanHome = { ...common, scope };
        const made = makeTracer(home, sampler, ids);
        tracers.set(key, made);
        return made;
      },
    },
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
