import { factsNow } from './facts-now.ts';
import { factNames, isPlatformFormat } from './names.ts';

/** A winston format, by shape. */
export interface WinstonFormat {
  transform<T extends object>(info: T): T;
}

/** winston's levels in the words of Lambda. */
const LEVELS: Readonly<Record<string, string>> = {
  error: 'ERROR',
  warn: 'WARN',
  info: 'INFO',
  http: 'INFO',
  verbose: 'DEBUG',
  debug: 'DEBUG',
  silly: 'TRACE',
};

/**
 * A winston format that adds the trace ids and the facts of the invocation, and says `timestamp` and `level` as Lambda
 * reads them, so that its level filter works. Put it before `format.json()`. A field that a line has of its own stays.
 *
 * @example
 * const logger = createLogger({ format: format.combine(winstonFormat(), format.json()), transports: [new transports.Console()] });
 * @see https://github.com/winstonjs/winston#formats
 */
export function winstonFormat(env: NodeJS.ProcessEnv = process.env): WinstonFormat {
  const names = factNames(isPlatformFormat(env));
  return {
    // winston keeps what it needs under symbols of the same object.
    transform(info) {
      const { level } = info as { readonly level?: unknown };
      const own = { ...info };
      const added = { timestamp: new Date().toISOString(), ...factsNow(names, env) };
      return Object.assign(info, added, own, { level: LEVELS[String(level)] ?? level });
    },
  };
}
