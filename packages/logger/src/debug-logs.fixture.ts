import type { Lambda } from '@tracelet/core';
import { type DebugLogsOptions, debugLogs } from './debug-logs.ts';
import { createLog, type Log, type LogOptions } from './index.ts';
import { lambdaContext, lambdaWith } from './logger.fixture.ts';

/** A logger that keeps its lines as `LEVEL message`, and a `lambda` with the plugin. */
export interface Rig {
  readonly log: Log;
  readonly lines: string[];
  readonly lambda: Lambda;
}

export function rig(options: DebugLogsOptions = {}, logOptions: LogOptions = {}): Rig {
  const lines: string[] = [];
  const write = (line: string): void => {
    const { level, message, ...rest } = JSON.parse(line);
    const evicted = rest['tracelet.log.evicted_count'];
    lines.push(`${level} ${message}${evicted === undefined ? '' : ` (${evicted})`}`);
  };
  const log = createLog({ env: {}, write, ...logOptions });
  return { log, lines, lambda: lambdaWith({ log }).with({ plugins: [debugLogs(options)] }) };
}

/** Calls a handler of whatever type. */
export const call = (handler: unknown, event: unknown = {}, context: object = lambdaContext): Promise<unknown> =>
  (handler as (event: unknown, context: object) => Promise<unknown>)(event, context);
