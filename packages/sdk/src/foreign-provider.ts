import { type TracerProvider, trace } from '@opentelemetry/api';
import type { Flusher } from '@tracelet/core';
import { flushWithin } from './budget.ts';

/**
 * A tracer provider of the user's, by structure: `TracerProvider` of `@opentelemetry/sdk-trace` 3, `BasicTracerProvider`
 * of `@opentelemetry/sdk-trace-base` 2 or any other. Its processors, exporter, sampler and resource are its own.
 */
export interface ProviderLike {
  /** Gives a `Tracer` of `@opentelemetry/api`. */
  getTracer(name: string, version?: string, options?: { schemaUrl?: string }): unknown;
  forceFlush?(): Promise<void>;
}

/** The provider that somebody else registered globally (a layer, the application), if there is one. */
export function registeredProvider(): ProviderLike | undefined {
  const registered = trace.getTracerProvider() as TracerProvider & Partial<ProxyLike>;
  if (registered.getDelegateTracer === undefined) return registered;
  // The API hands out a proxy; without a provider behind it, it has no tracer to give.
  return registered.getDelegateTracer('@tracelet/sdk') === undefined ? undefined : registered;
}

/** Flushes a provider that is not ours, within the same bounds as our own delivery. */
export function foreignFlusher(provider: ProviderLike, timeoutMs: number): Flusher {
  return { flush: (deadlineMs) => flushWithin(timeoutMs, deadlineMs, () => flush(provider)) };
}

interface ProxyLike {
  getDelegateTracer(name: string): unknown;
  getDelegate(): ProviderLike;
}

async function flush(provider: ProviderLike): Promise<void> {
  const target = (provider as ProviderLike & Partial<ProxyLike>).getDelegate?.() ?? provider;
  await target.forceFlush?.();
}
