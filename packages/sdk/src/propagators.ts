import type { Context, TextMapPropagator } from '@opentelemetry/api';
import { W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { survive } from '@tracelet/core';
import type { PropagatorName } from './env.ts';
import { xrayPropagator } from './xray-propagator.ts';

/**
 * Makes one propagator of several. Each writes its own headers. Of those that find a parent the later one wins, but
 * X-Ray, which gives way to any other. One that throws is said once, and the others still run.
 *
 * @param names As `readEnv` gives them: known ones alone. `xray` and `xray-lambda` are the same propagator.
 * @see https://opentelemetry.io/docs/specs/otel/context/api-propagators/#composite-propagator
 */
export function makePropagator(names: readonly PropagatorName[]): TextMapPropagator {
  const parts = [...new Set(names.map((name) => makers[name]()))];
  return {
    inject(context, carrier, setter) {
      for (const part of parts) {
        survive('inject_failed', 'A propagator', () => part.inject(context, carrier, setter), undefined);
      }
    },
    extract(context, carrier, getter) {
      const extract = (found: Context, part: TextMapPropagator): Context =>
        survive('extract_failed', 'A propagator', () => part.extract(found, carrier, getter), found);
      return parts.reduce(extract, context);
    },
    fields: () => parts.flatMap((part) => part.fields()),
  };
}

const makers: Readonly<Record<PropagatorName, () => TextMapPropagator>> = {
  tracecontext: () => new W3CTraceContextPropagator(),
  baggage: () => new W3CBaggagePropagator(),
  b3: () => new B3Propagator(),
  b3multi: () => new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
  xray: () => xrayPropagator,
  'xray-lambda': () => xrayPropagator,
};
