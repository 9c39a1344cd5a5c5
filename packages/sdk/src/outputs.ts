import { readFileSync } from 'node:fs';
import { describeError, diagnose, type Flusher, type LogRecord, SCHEMA_URL } from '@tracelet/core';
import { makeDelivery } from './delivery.ts';
import type { Environment, SignalSettings } from './env.ts';
import { type ExporterLike, makeExporterDelivery } from './exporter-delivery.ts';
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
  readonly counts: () => readonly Counts[];
  /** For people: where spans go. */
  readonly target: string;
}

const LOG_SCOPE = { name: '@tracelet/logger', version: VERSION, schemaUrl: SCHEMA_URL };

/** Opens the outputs. An endpoint or certificate that cannot be used is said once, and its signal goes nowhere. */
export function openOutputs(environment: Environment, resource: OtlpResource, exporter?: ExporterLike): Outputs {
  const timeoutMs = Math.min(environment.flushTimeoutMs, environment.traces.otlp.timeoutMs);
  const traces = exporter === undefined ? openSignal(environment.traces) : undefined;
  const logs = openSignal(environment.logs);
  const otlp = makeDelivery({ traces, logs, resource, logScope: LOG_SCOPE, timeoutMs });
  const stdout = makeStdoutDelivery(resource, LOG_SCOPE);
  const custom = exporter === undefined ? undefined : makeExporterDelivery(exporter, timeoutMs);
  const tracesTo = { otlp: custom ?? (traces && otlp), console: stdout, none: undefined }[environment.traces.exporter];
  const logsTo = { otlp: logs && otlp, console: stdout, none: undefined }[environment.logs.exporter];
  return {
    addSpan: tracesTo?.addSpan ?? (() => {}),
    addLog: logsTo?.addLog,
    flushers: custom === undefined ? [otlp, stdout] : [custom, otlp, stdout],
    counts: () => (custom === undefined ? [otlp.counts()] : [custom.counts(), otlp.counts()]),
    target: { otlp: traces?.url ?? 'an exporter of your own', console: 'stdout', none: 'nowhere' }[
      environment.traces.exporter
    ],
  };
}

function openSignal({ exporter, otlp }: SignalSettings): OtlpTarget | undefined {
  if (exporter !== 'otlp') return undefined;
  const pem = (path: string | undefined): Buffer | undefined => (path === undefined ? undefined : readFileSync(path));
  try {
    return openTarget({
      url: otlp.url,
      headers: otlp.headers,
      encoding: otlp.protocol === 'http/json' ? 'json' : 'protobuf',
      compression: otlp.compression,
      tls: {
        ca: pem(otlp.certificatePath),
        cert: pem(otlp.clientCertificatePath),
        key: pem(otlp.clientKeyPath),
      },
    });
  } catch (error) {
    const what = `telemetry goes nowhere: ${describeError(error).message}`;
    diagnose('endpoint_unusable', what, 'Correct the OTEL_EXPORTER_OTLP_* variables.', 'error');
    return undefined;
  }
}
