import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InvokeResult, type LocalRuntime, type Sink, startRuntime, startSink } from '@tracelet/testing';
import { bundle } from '../bundle.ts';
import { startPrices } from './prices.ts';
import { printHead, printInvocation, printSummary } from './print.ts';
import { type Scenario, scenarios } from './scenarios.ts';

/** What an invocation should have yielded, and what it did. */
export interface Tally {
  readonly expectedSpans: number;
  readonly arrivedSpans: number;
  readonly expectedLogs: number;
  readonly correlatedLogs: number;
}

/** A flush as the function reports it under `TRACELET_VERBOSE`. */
interface FlushReport {
  readonly delivered: number;
  readonly retained: number;
  readonly dropped: Readonly<Record<string, number>>;
}

if (import.meta.main) {
  const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const sink = endpoint ? undefined : await startSink();
  const prices = await startPrices();
  const folder = mkdtempSync(join(tmpdir(), 'tracelet-demo-'));
  try {
    const target = endpoint || (sink?.url ?? '');
    printHead(target);
    const tallies: Tally[] = [];
    for (const scenario of scenarios)
      tallies.push(...(await play(scenario, folder, { target, prices: prices.url }, sink)));
    process.exitCode = printSummary(tallies, target) ? 0 : 1;
  } finally {
    prices.close();
    await sink?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs one function cold, then warm, in an environment of its own. */
async function play(
  scenario: Scenario,
  folder: string,
  urls: { readonly target: string; readonly prices: string },
  sink: Sink | undefined,
): Promise<readonly Tally[]> {
  const taskRoot = join(folder, scenario.name);
  await bundle({ entry: scenario.entry, directory: taskRoot, format: 'esm' });
  const runtime = await startRuntime({
    handler: 'index.handler',
    taskRoot,
    client: { kind: 'loop' },
    functionName: scenario.name,
    timeoutMs: 10_000,
    env: {
      ...openTelemetryVariables(),
      OTEL_EXPORTER_OTLP_ENDPOINT: urls.target,
      PRICES_URL: urls.prices,
      TRACELET_VERBOSE: 'true',
    },
  });
  try {
    const cold = await invoke(scenario, runtime, sink, true);
    const warm = await invoke(scenario, runtime, sink, false);
    return [cold, warm];
  } finally {
    await runtime.shutdown();
  }
}

async function invoke(
  scenario: Scenario,
  runtime: LocalRuntime,
  sink: Sink | undefined,
  cold: boolean,
): Promise<Tally> {
  const before = flushReports(runtime).at(-1)?.delivered ?? 0;
  sink?.clear();
  const result = await runtime.invoke(scenario.event);
  const expectedSpans = scenario.spans + (cold ? 1 : 0);
  // The environment is idle only after the flush, so whatever was to arrive has arrived.
  const spans = sink?.spans;
  const report = flushReports(runtime).at(-1);
  const acknowledged = report === undefined || report.retained > 0 || hasDrops(report) ? 0 : report.delivered - before;
  const lines = correlatedLines(result);
  printInvocation(scenario, result, { initMs: runtime.initMs, spans, acknowledged, lines });
  return {
    expectedSpans,
    arrivedSpans: spans?.length ?? acknowledged,
    expectedLogs: scenario.logs,
    correlatedLogs: lines.length,
  };
}

/** The log lines that carry the ids of a trace. */
function correlatedLines({ logs }: InvokeResult): readonly string[] {
  return logs.filter((line) => /"trace_id":"[0-9a-f]{32}","span_id":"[0-9a-f]{16}"/.test(line));
}

function flushReports({ stdout }: LocalRuntime): readonly FlushReport[] {
  return stdout
    .filter((line) => line.includes('"message":"tracelet: flushed"'))
    .map((line) => JSON.parse(line) as FlushReport);
}

function hasDrops({ dropped }: FlushReport): boolean {
  return Object.values(dropped).some((count) => count > 0);
}

/** What the caller set for an endpoint of their own: headers, protocol, certificates. */
function openTelemetryVariables(): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => name.startsWith('OTEL_'));
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
