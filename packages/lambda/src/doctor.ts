import { currentRedactor, shared } from '@tracelet/core';
import { type Counts, type Facts, isDisabled } from '@tracelet/sdk';
import { inLambda } from './in-lambda.ts';

/** What {@link doctor} finds. Everything of {@link Facts} is absent where no pipeline was built. */
export interface Diagnosis extends Partial<Facts> {
  /** Whether the process runs inside Lambda; outside, nothing is exported. */
  readonly inLambda: boolean;
  /** Whether `OTEL_SDK_DISABLED` is `true`. */
  readonly disabled: boolean;
  /** Whether a handler has been wrapped in this process. */
  readonly wrapped: boolean;
  /** Spans and log records so far; `produced = delivered + retained + dropped`. */
  readonly counts?: Counts | undefined;
  /** How often each trouble was met, by the code of its line in the log. */
  readonly troubles: Readonly<Record<string, number>>;
}

/**
 * Says what tracelet is set to and what became of its telemetry so far: what `TRACELET_VERBOSE=1` prints, as data. Call it
 * in a handler, or in a test, when spans do not arrive. It changes nothing and sends nothing.
 *
 * @example
 * export const handler = lambda(async () => doctor());
 */
export function doctor(): Diagnosis {
  const { pipeline, troubles } = shared();
  const described = pipeline?.describe?.() as Partial<Diagnosis> | undefined;
  const diagnosis = {
    inLambda: inLambda(),
    disabled: isDisabled(process.env),
    wrapped: pipeline !== undefined,
    ...described,
    troubles: Object.fromEntries(troubles),
  };
  return currentRedactor().members(diagnosis, true);
}
