import { type Span, trace } from '@opentelemetry/api';
import { currentFrame, survive } from '@tracelet/core';
import { correlationFacts, type FactSource, type Facts, idFacts, invocationFacts, isSaid } from './facts.ts';
import type { FactNames } from './names.ts';

/** What is said of an invocation, in loggers of other makes. */
export type SaidFacts = Readonly<Record<string, string | number | boolean>>;

/** Everything that a line written now says of trace and invocation. */
export function factsNow(names: FactNames, env: NodeJS.ProcessEnv): SaidFacts {
  const frame = currentFrame();
  const correlation = frame && correlationFacts(frame);
  return said({ ...factsOf(trace.getActiveSpan() ?? frame?.span, frame?.invocation, names, env), ...correlation });
}

/** The same of a given span and invocation, without the correlation id. */
export function factsOf(
  span: Span | undefined,
  source: FactSource | undefined,
  names: FactNames,
  env: NodeJS.ProcessEnv,
): SaidFacts {
  const ids = span && survive<Facts>('span_unreadable', 'The active span', () => idFacts(span.spanContext()), {});
  return said({ ...ids, ...invocationFacts(source, names, env) });
}

function said(facts: Facts): SaidFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => isSaid(value))) as SaidFacts;
}
