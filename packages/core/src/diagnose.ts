import { types } from 'node:util';
import { describeError } from './errors.ts';
import { redactText, redactWithin } from './redact-text.ts';
import { currentPipeline, shared } from './shared.ts';

/** Severity of a diagnostic; `OTEL_LOG_LEVEL` decides which are printed. */
export type DiagnosticLevel = 'error' | 'warn' | 'info' | 'debug';

// One line of CloudWatch Logs holds 256 KB; a foreign error's message may be of any length.
const MAX_MESSAGE_LENGTH = 2000;

const LEVELS: readonly string[] = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'];

/**
 * Says a trouble of tracelet's own: one JSON line per code and process, then it is only counted. Never throws.
 *
 * @param code Stable name of the reason.
 * @param what What went wrong and where.
 * @param remedy What the reader can do about it.
 */
export function diagnose(code: string, what: string, remedy: string, level: DiagnosticLevel = 'warn'): void {
  const { troubles } = shared();
  const count = (troubles.get(code) ?? 0) + 1;
  troubles.set(code, count);
  if (count > 1 || LEVELS.indexOf(level) > threshold()) return;
  try {
    const message = `tracelet: ${redactWithin(what, MAX_MESSAGE_LENGTH, redactOf())}`;
    const line = { timestamp: new Date().toISOString(), level: level.toUpperCase(), message, code, remedy };
    process.stdout.write(`${JSON.stringify(line)}\n`, ignoreError);
  } catch {
    // A closed stdout is no reason to fail a function; the count above stays.
  }
}

/** Runs code that is not the handler's; when it throws, says so once under `code` and gives `fallback`. */
export function survive<T>(code: string, where: string, fn: () => T, fallback: T): T;
export function survive<T>(code: string, where: string, fn: () => T): T | undefined;
export function survive<T>(code: string, where: string, fn: () => T, fallback?: T): T | undefined {
  try {
    return fn();
  } catch (error) {
    sayFailure(code, where, error);
    return fallback;
  }
}

/**
 * Says what the answer of code that is not the handler's rejects with, if it is a promise: nobody waits for it, and a
 * rejection that nobody handles ends the process.
 */
export function sayRejection(code: string, where: string, answer: unknown): void {
  if (!types.isPromise(answer)) return;
  // Not by a method of the promise: it may have one of its own.
  const handlers = [undefined, (error: unknown) => sayFailure(code, where, error)];
  survive(code, where, () => Reflect.apply(Promise.prototype.then, answer, handlers));
}

/** Says once under `code` that something which is not the handler failed. */
export function sayFailure(code: string, where: string, error: unknown): void {
  const { type, message } = describeError(error);
  diagnose(code, `${where} failed with ${type}: ${message}`, 'The invocation went on without it; mend or remove it.');
}

/** What the process redacts by; where that cannot be had, what is always redacted. */
function redactOf(): (text: string) => string {
  try {
    return currentPipeline()?.redact.text ?? redactText;
  } catch {
    return redactText;
  }
}

/** A pipe that nobody reads any more fails later, by an event that would end the process. `console` does the same. */
function ignoreError(error: unknown): void {
  if (error instanceof Error) process.stdout.once('error', () => {});
}

function threshold(): number {
  const index = LEVELS.indexOf((process.env.OTEL_LOG_LEVEL ?? '').toLowerCase());
  return index < 0 ? LEVELS.indexOf('warn') : index;
}
