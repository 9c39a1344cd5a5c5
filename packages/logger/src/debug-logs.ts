import { propagation, type Span } from '@opentelemetry/api';
import { currentFrame, diagnose, isSameSecret, type LogLevel, type Plugin, shared } from '@tracelet/core';
import { beforeDeadline } from './before-deadline.ts';
import { dropLines, type HeldLines, hold, holdNothing, writeLines } from './held-lines.ts';

/** How lines below the log level are treated. */
export interface DebugLogsOptions {
  /**
   * Share of invocations all of whose lines are written, 0 to 1. The trace decides, so that functions with the same
   * share write the lines of the same traces. Default: `TRACELET_LOG_DEBUG_RATIO`, else 0.
   */
  readonly ratio?: number | undefined;
  /**
   * Lines of this level and below are held in memory, whatever the log level: they are written when the invocation fails,
   * logs an error, comes close to its deadline or crashes, and forgotten when it ends well. Default: `debug`; `none`
   * holds nothing.
   */
  readonly hold?: LogLevel | 'none' | undefined;
  /** Bytes that one invocation may hold; the oldest lines make room, and their number is said. Default: 65,536. */
  readonly maxBytes?: number | undefined;
  /**
   * Whoever calls with the baggage entry `tracelet.debug` of this value gets all lines of the invocation written.
   * Default: none does.
   */
  readonly token?: string | undefined;
  /** Whether the token counts in HTTP events too, whose baggage anybody can send. Default: `false`. */
  readonly trustHttp?: boolean | undefined;
}

/** The baggage entry that asks for all lines. */
export const DEBUG_BAGGAGE = 'tracelet.debug';

const NUMBERS: Readonly<Record<string, number>> = {
  none: 0,
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
};
const ERROR = 17;
const MAX_BYTES = 65_536;

/**
 * Writes the lines below the log level when they are worth it: for an exact share of invocations, on demand, and for
 * those that go wrong. Give it to the `plugins` of a preset or of one function.
 *
 * Lines that `AWS_LAMBDA_LOG_LEVEL` excludes are never written: Lambda would leave them out itself. Lines outside
 * an invocation follow the log level alone.
 *
 * @example
 * export const lambda = defineLambda({ plugins: [debugLogs({ ratio: 0.01 })] });
 */
export function debugLogs(options: DebugLogsOptions = {}): Plugin {
  const holdUpTo = NUMBERS[options.hold ?? 'debug'] ?? 0;
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  const ratio = options.ratio ?? ratioOf(process.env.TRACELET_LOG_DEBUG_RATIO);
  const states = new WeakMap<object, State>();
  const running = new Set<State>();
  let isInstalled = false;

  const stateNow = (): State | undefined => {
    const frame = currentFrame();
    return frame && states.get(frame.invocation.info);
  };

  /** Before the first line of an invocation, so that tests and functions that never load a preset pay nothing. */
  const install = (): void => {
    if (isInstalled) return;
    isInstalled = true;
    const state = shared();
    const before = state.logGate;
    state.logGate = {
      admit(severityNumber, allowed) {
        const own = stateNow();
        if (own === undefined || own.ended) return before?.admit(severityNumber, allowed) ?? allowed;
        own.isDemanded ??= isDemanded(options);
        if (severityNumber >= ERROR) open(own);
        if (own.open || own.isDemanded) return true;
        return severityNumber <= holdUpTo ? (write, sizeBytes) => hold(own.lines, write, sizeBytes, maxBytes) : allowed;
      },
      release(info, dying = false) {
        before?.release(info, dying);
        const own = info === undefined ? undefined : states.get(info);
        for (const each of info === undefined ? [...running] : own ? [own] : []) open(each, dying);
      },
    };
    listenForTheEnd();
  };

  return {
    name: 'tracelet-debug-logs',
    invocation(span, info) {
      install();
      const state: State = { lines: holdNothing(), open: isSampled(span, ratio), isDemanded: undefined, ended: false };
      states.set(info, state);
      running.add(state);
      const dropTimer = beforeDeadline(info, () => open(state));
      return ({ fault }) => {
        dropTimer();
        if (fault) open(state);
        state.ended = true;
        running.delete(state);
        dropLines(state.lines);
      };
    },
    record() {
      const state = stateNow();
      return ({ fault }) => {
        if (fault && state !== undefined && !state.ended) open(state);
      };
    },
  };
}

/** Writes what is held of the running invocation and lets all its further lines through, as an error would. */
export function keepLogs(): void {
  const frame = currentFrame();
  if (frame !== undefined) shared().logGate?.release(frame.invocation.info);
}

let isListening = false;

/** Only synchronous work is left then, and writing to a pipe is that. Nothing here changes how the process ends. */
function listenForTheEnd(): void {
  if (isListening) return;
  isListening = true;
  const releaseAll = (): void => shared().logGate?.release(undefined, true);
  process.on('uncaughtExceptionMonitor', releaseAll);
  process.on('exit', releaseAll);
}

interface State {
  readonly lines: HeldLines;
  /** Every line is written. */
  open: boolean;
  /** The same, because the caller asks for it; judged at the first line. */
  isDemanded: boolean | undefined;
  ended: boolean;
}

function open(state: State, dying = false): void {
  state.open = true;
  writeLines(state.lines, dying);
}

function ratioOf(text: string | undefined): number {
  if (!text) return 0;
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  const what = 'TRACELET_LOG_DEBUG_RATIO is not a number from 0 to 1';
  diagnose('bad_environment:TRACELET_LOG_DEBUG_RATIO', what, 'Use 0.01 for one invocation in a hundred.');
  return 0;
}

/** By the last 32 bits of the trace id, which are random in every format; by chance where there is no trace. */
function isSampled(span: Span, ratio: number): boolean {
  const { traceId } = span.spanContext();
  const share = Number.parseInt(traceId.slice(-8), 16) / 2 ** 32;
  return (/[^0]/.test(traceId) ? share : Math.random()) < ratio;
}

function isDemanded({ token, trustHttp = false }: DebugLogsOptions): boolean {
  const invocation = currentFrame()?.invocation;
  if (!token || invocation === undefined || (invocation.trigger.kind === 'http' && !trustHttp)) return false;
  const given = propagation.getBaggage(invocation.parent)?.getEntry(DEBUG_BAGGAGE)?.value;
  return given !== undefined && isSameSecret(given, token);
}
