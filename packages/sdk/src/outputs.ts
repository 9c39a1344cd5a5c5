import { readFileSync } from 'node:fs';
import { describeError, diagnose, type Flusher, type LogRecord, SCHEMA_URL } from '@tracelet/core';
import { makeDelivery } from './delivery.ts';
import type { Environment, SignalSettings } from './env.ts';
import { type ExporterLike, makeExporterDelivery } from './exporter-delivery.ts';
import { makeLedger } from './ledger.ts';
import type { OtlpResource, OtlpSpan } from './otlp/otlp-data.ts';
import { type OtlpTarget, openTarget } from './otlp/target.ts';
import { VERSION } from './otlp/version.ts';
import type { Counts } from './outbox.ts';
import { makeStdoutDelivery } from './stdout-delivery.ts';

/** Where spans and log records go, by environment and preset. */
export interface Outputs {
  /** Takes every ended span; what no output takes is forgotten. */
  readonly addSpan: (span: OtlpSpan) => void;
  /** Takes log records; absent when they go to stdout as plain lines alone. */
  readonly addLog: ((record: LogRecord) => void) | undefined;
  readonly flushers: readonly Flusher[];
  /** What became of all that was recorded for a backend. */
  readonly counts: () => Counts;
  /** For people: where spans go. */
  readonly target: string;
}

const LOG_SCOPE = { name: '@tracelet/logger', version: VERSION, schemaUrl: SCHEMA_URL };

/** Opens the outputs. An endpoint or certificate that cannot be used is said once, and its signal goes nowhere. */
export function openOutputs(environment: Environment, resource: OtlpResource, exporter?: ExporterLike): Outputs {
  const timeoutMs = Math.min(environment.flushTimeoutMs, environment.traces.otlp.timeoutMs);
  const ledger = makeLedger();
  const custom = exporter && makeExporterDelivery(exporter, timeoutMs, ledger);
  const traces = custom ? undefined : openSignal(environment.traces);
  const logs = openSignal(environment.logs);
  const otlp = makeDelivery({ traces, logs, resource, logScope: LOG_SCOPE, timeoutMs, ledger });
  const stdout = makeStdoutDelivery(resource, LOG_SCOPE);
  const nowhere = { to: undefined, target: 'nowhere' };
  const console = { to: stdout, target: 'stdout' };
  const ownTraces = traces ? { to: otlp, target: traces.url } : nowhere;
  const spans = {
    otlp: custom ? { to: custom, target: 'an exporter of your own' } : ownTraces,
    console,
    none: nowhere,
  }[environment.traces.exporter];
  return {
    addSpan: spans.to?.addSpan ?? (() => {}),
    addLog: { otlp: logs && otlp, console: stdout, none: undefined }[environment.logs.exporter]?.addLog,
    flushers: custom ? [custom, otlp, stdout] : [otlp, stdout],
    counts: ledger.counts,
    target: spans.target,
  };
}

function openSignal({ exporter, otlp }: SignalSettings): OtlpTarget | undefined {
  if (exporter !== 'otlp') return undefined;
  const read = (path: string | undefined): Buffer | undefined => (path === undefined ? path : readFileSync(path));
  const { certificatePath, clientCertificatePath, clientKeyPath, compression, headers, protocol, url } = otlp;
  try {
    const tls = { ca: read(certificatePath), cert: read(clientCertificatePath), key: read(clientKeyPath) };
    return openTarget({ url, headers, encoding: protocol === 'http/json' ? 'json' : 'protobuf', compression, tls });
  } catch (error) {
    const what = `telemetry goes nowhere: ${describeError(error).message}`;
    diagnose('endpoint_unusable', what, 'Correct the OTEL_EXPORTER_OTLP_* variables.', 'error');
    return undefined;
  }
}
