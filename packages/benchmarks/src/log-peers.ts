import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../log-peers');

/** What all lines of one invocation say, in the words of a Lambda context. */
export interface InvocationFacts {
  readonly functionName: string;
  readonly requestId: string;
  readonly traceId: string;
  readonly spanId: string;
}

/** Writes one line with the given fields. */
export type LogLine = (fields: object) => void;

/** Installs the peers by their lockfile, outside the workspace, unless they are there. Throws when that fails. */
export function installLogPeers(): void {
  if (existsSync(join(folder, 'node_modules/pino'))) return;
  const args = ['-y', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--ignore-workspace'];
  const { status, stderr, stdout } = spawnSync('npx', args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`Installing the peers failed:\n${stdout}${stderr}`);
}

/** pino as its documentation has it for Lambda: synchronous, with a child that carries the invocation's fields. */
export function pinoLine({ functionName, requestId, spanId, traceId }: InvocationFacts): LogLine {
  const { pino } = load('pino') as { pino: PinoFactory };
  const options = { base: null, messageKey: 'message', timestamp: pino.stdTimeFunctions.isoTime };
  const bound = { trace_id: traceId, span_id: spanId, trace_flags: '01', request_id: requestId };
  const logger = pino(options, pino.destination({ dest: 1, sync: true }));
  const child = logger.child({ ...bound, function_name: functionName, cold_start: false });
  return (fields) => child.info(fields, 'order placed');
}

/** The Powertools Logger with the context added, as its documentation has it. */
export function powertoolsLine({ functionName, requestId }: InvocationFacts): LogLine {
  const { Logger } = load('@aws-lambda-powertools/logger') as { Logger: new (options: object) => PowertoolsLogger };
  const logger = new Logger({ serviceName: functionName });
  const invokedFunctionArn = `arn:aws:lambda:eu-central-1:123456789012:function:${functionName}`;
  logger.addContext({ functionName, awsRequestId: requestId, invokedFunctionArn, memoryLimitInMB: '512' });
  return (fields) => logger.info('order placed', fields);
}

interface PinoFactory {
  (options: object, destination: object): { child(bound: object): { info(fields: object, message: string): void } };
  readonly stdTimeFunctions: { readonly isoTime: () => string };
  destination(options: object): object;
}

interface PowertoolsLogger {
  addContext(context: object): void;
  info(message: string, fields: object): void;
}

function load(name: string): unknown {
  return createRequire(join(folder, 'package.json'))(name);
}
