/** Stable codes of tracelet's own errors and diagnostics; they are under semver. */
export type TraceletErrorCode =
  | 'handler_not_a_function'
  | 'bad_setting'
  | 'bad_environment'
  | 'batch_failed'
  | 'parse_failed'
  | (string & {});

/**
 * Every error that tracelet itself raises. The message says what is wrong, where, and the remedy; `code` is stable.
 *
 * Use {@link isTraceletError} rather than `instanceof` where two copies of the package may meet.
 */
export class TraceletError extends Error {
  readonly code: TraceletErrorCode;

  constructor(code: TraceletErrorCode, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options);
    this.name = 'TraceletError';
    this.code = code;
  }
}

/**
 * What a batch wrapper throws when records failed and the whole batch has to be retried.
 *
 * `errors` holds the cause of each failed record, in the order of `failedIds`.
 */
export class BatchError extends TraceletError {
  readonly failedIds: readonly string[];
  readonly errors: readonly unknown[];

  constructor(message: string, failedIds: readonly string[], errors: readonly unknown[]) {
    super('batch_failed', message, { cause: errors[0] });
    this.name = 'BatchError';
    this.failedIds = failedIds;
    this.errors = errors;
  }
}

/** Tells whether a value is a {@link TraceletError}, also one made by another copy of this package. */
export function isTraceletError(value: unknown): value is TraceletError {
  const { name, code } = Object(value) as Partial<TraceletError>;
  return (name === 'TraceletError' || name === 'BatchError') && typeof code === 'string';
}

/** A thrown value, described without running more of the thrower's code than needed. */
export interface ErrorFacts {
  /** Class or name of the error: low cardinality, fit for `error.type`. */
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/**
 * Describes anything that can be thrown. Never throws itself: getters that throw and revoked Proxies yield `unknown`.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/general/recording-errors/
 */
export function describeError(thrown: unknown): ErrorFacts {
  try {
    // By shape: an error of another realm (a test runner's `vm`, say) is no instance of this one's `Error`.
    const { name, message, stack } = Object(thrown) as Partial<Record<keyof Error, unknown>>;
    if (thrown instanceof Error || (typeof name === 'string' && typeof message === 'string')) {
      return {
        type: String(name || 'Error'),
        message: String(message),
        stack: typeof stack === 'string' ? stack : undefined,
      };
    }
    return { type: typeOf(thrown), message: String(thrown), stack: undefined };
  } catch {
    return { type: 'unknown', message: 'the thrown value could not be described', stack: undefined };
  }
}

/** A function of any shape, with the `this` that it is called with. */
export type AnyHandler = (this: unknown, ...args: unknown[]) => unknown;

/** @throws {TraceletError} `handler_not_a_function` unless the value can be called. */
export function assertFunction(value: unknown, where: string): asserts value is AnyHandler {
  if (typeof value === 'function') return;
  const what = `${where} was given a value of type ${typeOf(value)}, not a function.`;
  throw new TraceletError('handler_not_a_function', `${what} Give it the function itself.`);
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
