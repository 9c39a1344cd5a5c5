import { factsNow, type SaidFacts } from './facts-now.ts';
import { factNames, isPlatformFormat } from './names.ts';

/** The options of a pino logger that concern Lambda and traces. */
export interface PinoOptions {
  readonly level: string;
  readonly base: null;
  readonly messageKey: string;
  readonly timestamp: () => string;
  readonly formatters: { readonly level: (label: string) => { level: string } };
  readonly mixin: () => Record<string, unknown>;
}

/**
 * The trace ids and the facts of the invocation, as pino's `mixin`: `pino({ mixin: pinoMixin() })`. A field that a line
 * has of its own stays.
 *
 * @see https://getpino.io/#/docs/api?id=mixin-function
 */
export function pinoMixin(env: NodeJS.ProcessEnv = process.env): () => Record<string, unknown> {
  const names = factNames(isPlatformFormat(env));
  // pino writes into what it is given.
  return (): SaidFacts => ({ ...factsNow(names, env) });
}

/**
 * Options with which pino's lines are as Lambda reads them: `timestamp`, `level` and `message` by these names and forms,
 * so that Lambda's level filter works, the level of `AWS_LAMBDA_LOG_LEVEL`, and {@link pinoMixin}. No transport: it would
 * run in a thread that is frozen with what it has not written; pino's default destination writes at once.
 *
 * @example
 * const logger = pino({ ...pinoOptions(), name: 'shop' });
 */
export function pinoOptions(env: NodeJS.ProcessEnv = process.env): PinoOptions {
  const level = (env.AWS_LAMBDA_LOG_LEVEL || env.TRACELET_LOG_LEVEL || 'info').toLowerCase();
  return {
    level: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].includes(level) ? level : 'info',
    base: null,
    messageKey: 'message',
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label.toUpperCase() }) },
    mixin: pinoMixin(env),
  };
}
