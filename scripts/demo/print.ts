import { styleText } from 'node:util';
import { type InvokeResult, type SinkSpan, spanTree } from '@tracelet/testing';
import type { Tally } from './main.ts';
import type { Scenario } from './scenarios.ts';

/** What is shown of an invocation beside the runtime's own result. */
export interface Shown {
  readonly initMs: number;
  /** What arrived at the embedded sink; `undefined` with an outside endpoint. */
  readonly spans: readonly SinkSpan[] | undefined;
  /** Spans that the endpoint acknowledged. */
  readonly acknowledged: number;
  /** Log lines that carry trace ids. */
  readonly lines: readonly string[];
}

const hasColor = process.stdout.isTTY && process.stdout.hasColors();

/** What is worth a look in these four functions. */
const ATTRIBUTES = [
  'faas.coldstart',
  'http.response.status_code',
  'messaging.batch.message_count',
  'tracelet.batch.failed_count',
  'order.id',
  'messaging.destination.partition.id',
  'faas.document.operation',
  'account.id',
];

type Style = Parameters<typeof styleText>[0];

// styleText leaves colour out when stdout is no terminal, or NO_COLOR says so.
const paint = (style: Style, text: string): string => styleText(style, text, { stream: process.stdout });

/** The first line: what runs, and where telemetry goes. */
export function printHead(target: string): void {
  say(
    `${paint('bold', 'tracelet demo')}  four functions in a local Lambda runtime, Node ${process.versions.node}, OTLP to ${target}`,
  );
}

/** One invocation: its span tree and the handler's log lines. */
export function printInvocation(scenario: Scenario, result: InvokeResult, shown: Shown): void {
  const start = result.cold ? `cold, init ${shown.initMs.toFixed(0)} ms` : 'warm';
  const answered = result.ok
    ? `answered in ${result.latencyMs?.toFixed(1)} ms`
    : `${result.status}: ${result.error?.errorMessage}`;
  say('');
  say(`${paint(['bold', 'cyan'], scenario.title)}  ${paint('dim', `${start}, ${answered}`)}`);
  if (shown.spans === undefined) say(`  ${shown.acknowledged} spans acknowledged`);
  else say(indent(String(spanTree(shown.spans, { attributes: ATTRIBUTES, durations: true, color: hasColor }))));
  for (const line of shown.lines) say(`  ${paint('dim', 'log')} ${paint('green', shorten(line))}`);
}

/** The last line; `true` when everything expected is there. */
export function printSummary(tallies: readonly Tally[], target: string): boolean {
  const sum = (field: keyof Tally): number => tallies.reduce((total, tally) => total + tally[field], 0);
  const complete = tallies.every(
    (tally) => tally.arrivedSpans === tally.expectedSpans && tally.correlatedLogs === tally.expectedLogs,
  );
  const spans = `${sum('arrivedSpans')} of ${sum('expectedSpans')} spans at ${target}`;
  const logs = `${sum('correlatedLogs')} of ${sum('expectedLogs')} log lines with trace ids`;
  say('');
  say(
    `${paint(complete ? ['bold', 'green'] : ['bold', 'red'], complete ? 'complete' : 'incomplete')}  ${tallies.length} invocations, ${spans}, ${logs}`,
  );
  return complete;
}

/** The ids are what a reader looks for; the constant fields of the function are not. */
function shorten(line: string): string {
  const {
    level,
    message,
    trace_id,
    span_id,
    timestamp,
    trace_flags,
    request_id,
    function_name,
    function_version,
    ...fields
  } = JSON.parse(line) as Record<string, unknown>;
  return `${level} ${message} ${JSON.stringify({ trace_id, span_id, ...fields })}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
