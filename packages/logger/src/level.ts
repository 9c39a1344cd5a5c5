import { diagnose, type LogLevel } from '@tracelet/core';
import { inOnePiece } from './quote.ts';

/** A level as lines and records name it. */
export interface Severity {
  /** As in the line: upper case, as Lambda's advanced logging controls expect it. */
  readonly text: string;
  /** @see https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
  readonly number: number;
  /** What a line has between the digits of its time and its message. */
  readonly opening: string;
}

/** Every level, least severe first. */
export const severities: Readonly<Record<LogLevel, Severity>> = {
  trace: severity('TRACE', 1),
  debug: severity('DEBUG', 5),
  info: severity('INFO', 9),
  warn: severity('WARN', 13),
  error: severity('ERROR', 17),
  fatal: severity('FATAL', 21),
};

/** What the environment says of levels, as severity numbers. */
export interface Levels {
  /** What no decision of ours goes below: Lambda itself leaves such lines out. 0 when it has no say. */
  readonly floor: number;
  /** The least severe that is written; `undefined` when the environment says nothing. */
  readonly set: number | undefined;
}

/**
 * Reads `AWS_LAMBDA_LOG_LEVEL` (set by Lambda's advanced logging controls), else `TRACELET_LOG_LEVEL`. A value that is
 * no level is said once and passed over.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
 */
export function readLevels(env: NodeJS.ProcessEnv): Levels {
  const floor = levelOf(env, 'AWS_LAMBDA_LOG_LEVEL')?.number;
  return { floor: floor ?? 0, set: floor ?? levelOf(env, 'TRACELET_LOG_LEVEL')?.number };
}

function levelOf(env: NodeJS.ProcessEnv, name: string): Severity | undefined {
  const value = env[name];
  if (!value) return undefined;
  const found = Object.values(severities).find(({ text }) => text === value.toUpperCase());
  if (found === undefined) {
    diagnose(`bad_environment:${name}`, `${name} is not a log level`, 'Use TRACE, DEBUG, INFO, WARN, ERROR or FATAL.');
  }
  return found;
}

function severity(text: string, number: number): Severity {
  return { text, number, opening: inOnePiece(`Z","level":"${text}","message":`) };
}
