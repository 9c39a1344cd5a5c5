import type { TextMapGetter } from '@opentelemetry/api';

/**
 * All values that a carrier has for a header, in order. What is not text counts as absent: carriers come from outside.
 *
 * @see https://opentelemetry.io/docs/specs/otel/context/api-propagators/#textmap-propagator
 */
export function headerTexts<C>(carrier: C, getter: TextMapGetter<C>, name: string): string[] {
  const found: unknown = getter.get(carrier, name);
  if (found === undefined) return [];
  return typeof found === 'string' ? [found] : [found].flat().filter((value) => typeof value === 'string');
}
