import type { Span } from '@opentelemetry/api';
import {
  currentFrame,
  currentPipeline,
  currentRedactor,
  type InvocationInfo,
  type Outcome,
  type Plugin,
  subscribe,
  survive,
  writeStdout,
} from '@tracelet/core';
import { beforeDeadline } from './before-deadline.ts';
import type { FactSource } from './facts.ts';
import { factsOf } from './facts-now.ts';
import { factNames, isPlatformFormat } from './names.ts';

/** The `type` of summary lines. */
export const SUMMARY_TYPE = 'tracelet.invocation';

/**
 * Writes one line about each invocation when it ends: how long it and its init took, cold start, memory, CPU, time left,
 * records, outcome. Plain log queries over these lines show cold starts, errors, time-outs, memory and cost without any
 * backend. Give it to the `plugins` of a preset or of one function.
 *
 * An invocation that comes close to its deadline has a line with `"outcome":"timeout"` at that moment; if it ends in time
 * after all, a second one follows with the real outcome, and the later one counts. The names in the line are under
 * semver.
 *
 * @example
 * export const lambda = defineLambda({ plugins: [invocationSummary()] });
 */
export function invocationSummary(env: NodeJS.ProcessEnv = process.env): Plugin {
  const names = factNames(isPlatformFormat(env));
  const tallies = new WeakMap<object, Tally>();
  let flushMs: number | undefined;
  let isListening = false;

  return {
    name: 'tracelet-invocation-summary',
    invocation(span, info) {
      if (!isListening) subscribe('tracelet:flush', ({ durationMs }) => (flushMs = durationMs));
      isListening = true;
      const tally: Tally = { records: 0, failed: 0 };
      tallies.set(info, tally);
      const begun: Begun = { cpu: process.cpuUsage(), startedAt: performance.now(), flushMs };
      const facts = factsOf(span, sourceOf(info), names, env);
      const end = (outcome: Pick<Outcome, 'fault' | 'errorType'>, label: string): void => {
        const level = outcome.fault ? 'ERROR' : 'INFO';
        const { errorType } = outcome;
        const said = currentRedactor().members({ outcome: label, error_type: errorType, trigger: info.trigger });
        write({ level, message: `invocation ${label}` }, { ...facts, ...said, ...measure(info, begun, tally) }, span);
      };
      const dropTimer = beforeDeadline(info, () => end({ fault: true, errorType: 'timeout' }, 'timeout'));
      return (outcome) => {
        dropTimer();
        end(outcome, outcome.fault ? 'error' : 'ok');
      };
    },
    record() {
      const frame = currentFrame();
      const tally = frame && tallies.get(frame.invocation.info);
      return ({ fault }) => {
        if (tally === undefined) return;
        tally.records += 1;
        if (fault) tally.failed += 1;
      };
    },
  };
}

interface Tally {
  records: number;
  failed: number;
}

interface Begun {
  readonly cpu: NodeJS.CpuUsage;
  readonly startedAt: number;
  /** Of the invocation before: this one's own flush comes after the line. */
  readonly flushMs: number | undefined;
}

function measure(info: InvocationInfo, { cpu, startedAt, flushMs }: Begun, { records, failed }: Tally): object {
  const { user, system } = process.cpuUsage(cpu);
  const sandbox = currentPipeline()?.sandbox;
  const initMs = info.coldStart && sandbox?.loadedAtMs ? sandbox.loadedAtMs - sandbox.startedAtMs : undefined;
  const leftMs = info.deadlineMs - Date.now();
  return {
    duration_ms: round(performance.now() - startedAt),
    init_ms: initMs === undefined ? undefined : round(initMs),
    cpu_ms: round((user + system) / 1000),
    memory_used_mb: Math.ceil(process.resourceUsage().maxRSS / 1024),
    remaining_ms: Number.isFinite(leftMs) ? Math.round(leftMs) : undefined,
    records: records > 0 ? records : undefined,
    records_failed: records > 0 ? failed : undefined,
    previous_flush_ms: flushMs,
  };
}

interface Head {
  readonly level: 'INFO' | 'ERROR';
  readonly message: string;
}

/** Where log lines go: the summary is one of them. */
function write({ level, message }: Head, facts: object, span: Span): void {
  const now = new Date();
  const line = JSON.stringify({ timestamp: now.toISOString(), level, message, type: SUMMARY_TYPE, ...facts });
  const { emitLog, writeLine } = currentPipeline() ?? {};
  if (writeLine === undefined) writeStdout(line);
  else writeLine(line);
  if (emitLog === undefined) return;
  emitLog({
    timestampMs: now.getTime(),
    severityNumber: level === 'INFO' ? 9 : 17,
    severityText: level,
    body: message,
    attributes: known(facts),
    eventName: SUMMARY_TYPE,
    ...survive('span_unreadable', SPAN, () => span.spanContext()),
  });
}

/** What was not measured is `undefined`, which JSON leaves out; so are the ids, which a record has of its own. */
function known(facts: object): Readonly<Record<string, unknown>> {
  const entries = Object.entries(facts).filter(([name, value]) => value !== undefined && !IDS.includes(name));
  return Object.fromEntries(entries);
}

const IDS = ['trace_id', 'span_id', 'trace_flags'];
const SPAN = 'The span of an invocation';

function sourceOf({ context, coldStart }: InvocationInfo): FactSource {
  const requestId = survive('context_unreadable', 'Reading the context', () => context?.awsRequestId);
  return { context, requestId, start: { cold: coldStart } };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
