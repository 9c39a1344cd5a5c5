import { format } from 'node:util';
import { currentRedactor, describeError, survive, writeStdout } from '@tracelet/core';
import { isError } from './error-facts.ts';
import { factsNow, type SaidFacts } from './facts-now.ts';
import { type FactNames, factNames, isPlatformFormat } from './names.ts';
import { quoteWithin } from './quote.ts';
import { startWalk, writeJson } from './write-json.ts';

/** What {@link bridgeConsole} works on. */
export interface ConsoleBridgeOptions {
  /** Default: the global one. */
  readonly console?: object | undefined;
  /** Where `AWS_LAMBDA_LOG_FORMAT`, `AWS_LAMBDA_LOG_LEVEL` and the function are read. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/**
 * Puts the trace ids and the facts of the invocation into every line of `console.log`, `.info`, `.warn`, `.error`,
 * `.debug`, `.trace` and, where the runtime has it, `.fatal`. Call it once while the handler's module loads: the Lambda
 * runtime has patched `console` by then.
 *
 * - With Lambda's text format the runtime's own line is kept, followed by `trace_id=... span_id=...`.
 * - With its JSON format the line has the platform's fields and ours beside them at the top, one level of JSON deep. A
 *   single object stays an object under `message`; secrets are redacted, and no value makes a call throw.
 *
 * Levels stay as the runtime has them.
 *
 * @returns What undoes it.
 */
export function bridgeConsole({
  console: target = globalThis.console,
  env = process.env,
}: ConsoleBridgeOptions = {}): () => void {
  const methods = target as Record<string, Method | undefined>;
  const isJson = isPlatformFormat(env);
  const names = factNames(isJson);
  const least = LEVELS.indexOf(env.AWS_LAMBDA_LOG_LEVEL?.toUpperCase() ?? '');
  const undo: (() => void)[] = [];
  for (const [name, level] of Object.entries(METHODS)) {
    const original = methods[name];
    // What the runtime leaves out stays left out.
    if (typeof original !== 'function' || LEVELS.indexOf(level) < least) continue;
    const bridged: Method = (...args) => {
      const written = survive('console_failed', 'A line of the console', () => {
        const facts = factsNow(names, env);
        if (isJson) writeStdout(jsonLine(level, names, facts, args));
        else original.call(target, ...withFacts(facts, args));
        return true;
      });
      if (!written) original.apply(target, args);
    };
    methods[name] = bridged;
    undo.push(() => {
      if (methods[name] === bridged) methods[name] = original;
    });
  }
  return () => {
    for (const each of undo) each();
  };
}

type Method = (...args: unknown[]) => void;

const LEVELS: readonly string[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const METHODS = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  log: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
};

/** In the runtime's text line request and function are told already. */
const IN_TEXT = ['trace_id', 'span_id', 'trace_flags', 'cold_start', 'tenant_id', 'correlation_id'];
const MAX_MESSAGE_CHARS = 40_000;

function withFacts(facts: SaidFacts, args: readonly unknown[]): readonly unknown[] {
  const told = IN_TEXT.filter((name) => name in facts).map((name) => `${name}=${facts[name]}`);
  return told.length === 0 ? args : [`${textOf(args)}\t${told.join(' ')}`];
}

/** Request, level and message as the runtime has them. */
function jsonLine(level: string, { requestId }: FactNames, facts: SaidFacts, args: readonly unknown[]): string {
  const { [requestId]: id, ...rest } = facts;
  const head = JSON.stringify({ timestamp: new Date().toISOString(), level, [requestId]: id });
  const tail = JSON.stringify({ ...rest, ...errorFacts(args.find(isError)) });
  return `${head.slice(0, -1)},"message":${messageOf(args)}${tail === '{}' ? '}' : `,${tail.slice(1)}`}`;
}

function messageOf(args: readonly unknown[]): string {
  const [only] = args;
  if (args.length > 1) return quoteWithin(textOf(args), MAX_MESSAGE_CHARS);
  if (isError(only)) return quoteWithin(say(describeError(only).message), MAX_MESSAGE_CHARS);
  return writeJson(only, startWalk(MAX_MESSAGE_CHARS)) ?? '"undefined"';
}

function errorFacts(error: Error | undefined): object {
  if (error === undefined) return {};
  const { message, stack, type } = describeError(error);
  const stackTrace = stack && currentRedactor().text(stack).split('\n').slice(0, 100);
  return { errorType: type, errorMessage: say(message).slice(0, MAX_MESSAGE_CHARS), stackTrace };
}

function textOf(args: readonly unknown[]): string {
  return say(format(...args));
}

function say(text: string): string {
  return currentRedactor().say('message', text);
}
