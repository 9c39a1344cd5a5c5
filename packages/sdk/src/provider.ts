import type { Attributes, Tracer, TracerProvider } from '@opentelemetry/api';
import { makeRedactor, type Redactor } from '@tracelet/core';
import { makeClock } from './clock.ts';
import type { Environment } from './env.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import { randomId } from './random-id.ts';
import { redactedResource } from './redact-span.ts';
import { makeSampler } from './sampler.ts';
import type { Lose } from './tail.ts';
import { makeTracer } from './tracer.ts';

/** What a provider is made of. */
export interface ProviderParts {
  readonly resource: Attributes;
  readonly environment: Pick<Environment, 'sampler' | 'samplerRatio' | 'spanLimits'>;
  /** Takes every sampled span as it ends. */
  readonly onEnd: (span: OtlpSpan) => void;
  /** Counts spans that were recorded for nothing. */
  readonly lose?: Lose | undefined;
  /** What must not be told of the resource. Default: what never is. */
  readonly redact?: Redactor | undefined;
  /** Whether nobody but `environment` has a say in the ratio. */
  readonly isRatioFixed?: boolean | undefined;
}

/** Our provider and what only ours can do. */
export interface Provider {
  readonly api: TracerProvider;
  /** Root spans started while `fn` runs synchronously belong to this trace. */
  readonly inTrace: <T>(traceId: string, fn: () => T) => T;
}

/**
 * The one place that makes the built-in provider: sampler, ids and spans, which tests hold to those of
 * `@opentelemetry/sdk-trace`. Everything else sees the API's interfaces.
 */
export function makeProvider({
  resource: attributes,
  environment,
  isRatioFixed,
  lose,
  onEnd,
  redact = makeRedactor(),
}: ProviderParts): Provider {
  const resource = redactedResource(attributes, redact);
  const common = { resource, limits: environment.spanLimits, now: makeClock(), lose, onEnd };
  const sampler = makeSampler(environment, isRatioFixed);
  const tracers = new Map<string, Tracer>();
  let chosen: string | undefined;
  const newTraceId = (): string => chosen ?? randomId(16);
  return {
    api: {
      getTracer(name, version, options) {
        const scope = { name, version, schemaUrl: options?.schemaUrl };
        const key = `${name}@${version ?? ''}:${scope.schemaUrl ?? ''}`;
        const tracer = tracers.get(key) ?? makeTracer({ ...common, scope }, sampler, newTraceId);
        tracers.set(key, tracer);
        return tracer;
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
