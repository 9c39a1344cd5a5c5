import { readFileSync } from 'node:fs';
import {
  describeError,
  diagnose,
  type Flusher,
  type LogRecord,
  makeRedactor,
  type Redactor,
  SCHEMA_URL,
} from '@tracelet/core';
import { makeDelivery, sayRetained } from './delivery.ts';
import type { Environment, SignalSettings } from './env.ts';
import type { OtlpSettings } from './env-otlp.ts';
import { makeExporterDelivery } from './exporter-delivery.ts';
import { makeLedger } from './ledger.ts';
import { splitBySize } from './otlp/encode.ts';
import type { Fault } from './otlp/fault.ts';
import type { OtlpResource, OtlpSpan } from './otlp/otlp-data.ts';
import { post } from './otlp/post.ts';
import { primeTarget } from './otlp/prime.ts';
import { openTarget, type Way } from './otlp/target.ts';
import { VERSION } from './otlp/version.ts';
import type { Counts, Outlet } from './outbox.ts';
import type { ProcessOptions } from './process-options.ts';
import { redactLog, redactSpan } from './redact-span.ts';
import { requestHeaders, type SignRequest } from './request-headers.ts';
import { within } from './within.ts';
import { xrayOutlet } from './xray-daemon.ts';

/** Where spans and log records go, by environment and preset. */
export interface Outputs {
  /** Takes every ended span; what no output takes is forgotten. */
  readonly addSpan: (span: OtlpSpan) => void;
  /** Takes log records; absent when they go to stdout as plain lines alone. */
  readonly addLog: ((record: LogRecord) => void) | undefined;
  readonly flushers: readonly Flusher[];
  /** Opens the connection, and encodes spans to have the encoder ready; waits 50 ms at most. */
  readonly prime: (...samples: readonly OtlpSpan[]) => Promise<unknown>;
  /** What became of all that was recorded. */
  readonly counts: () => Counts;
  /** Counts what was recorded and is not to be sent: without a reason, what a process before this one took along. */
  readonly lose: (items: number, reason?: string) => void;
  /** For people: where spans go. */
  readonly target: string;
}

const LOG_SCOPE = { name: '@tracelet/logger', version: VERSION, schemaUrl: SCHEMA_URL };

/** How long init may be held for the connection, in milliseconds. */
const PRIME_MS = 50;

/** Why nothing is sent when nobody knows what to hide. */
const NO_RULES = 'redaction_broken';

/** A line of CloudWatch Logs holds 256 KiB, some of which belongs to the service. */
const MAX_LINE_BYTES = 250_000;

/** Opens the outputs. An endpoint or certificate that cannot be used is said once, and its signal goes nowhere. */
export function openOutputs(
  environment: Environment,
  resource: OtlpResource,
  exporter?: ProcessOptions['exporter'],
  redact: Redactor = makeRedactor(),
): Outputs {
  const timeoutMs = Math.min(environment.flushTimeoutMs, environment.traces.otlp.timeoutMs);
  const ledger = makeLedger();
  const isCustom = typeof exporter === 'object' && 'export' in exporter;
  const takesCustom = isCustom && environment.traces.exporter === 'otlp';
  const custom = takesCustom ? makeExporterDelivery(exporter, timeoutMs, ledger) : undefined;
  const otlp = typeof exporter === 'object' && !isCustom ? exporter : undefined;
  const sign = otlp && requestHeaders(otlp.headers, otlp.sign);
  const ways = new Map<string, Way>();
  const traces = custom ? undefined : openOutlet(environment.traces, ways, sign);
  const logs = openOutlet(environment.logs, ways, sign);
  const delivery = makeDelivery({ traces, logs, resource, logScope: LOG_SCOPE, timeoutMs, ledger });
  const lose: Outputs['lose'] = (items, reason = 'process_died') => {
    ledger.produce(items);
    ledger.drop(reason, items);
  };
  const takeSpan = (custom ?? (traces && delivery))?.addSpan;
  return {
    // The one way out for everything: what is not redacted here is not redacted.
    addSpan(span) {
      if (redact.broken) lose(1, NO_RULES);
      else takeSpan?.(redactSpan(span, redact));
    },
    addLog:
      logs &&
      ((record) => {
        if (redact.broken) lose(1, NO_RULES);
        else delivery.addLog(redactLog(record, redact));
      }),
    flushers: custom ? [custom, delivery] : [delivery],
    counts: ledger.counts,
    async prime(...samples) {
      // Without a sample the spans leave by somebody else.
      const spansTo = samples.length > 0 ? traces : undefined;
      const outlet = spansTo ?? logs;
      const plain = makeRedactor();
      const shown = samples.map((span) => redactSpan(span, plain));
      if (spansTo) Array.from(splitBySize(shown, spansTo.encoding));
      if (outlet?.prime) await within(outlet.prime().then(sayRefused(outlet)), PRIME_MS);
    },
    lose,
    target: custom ? 'an exporter of your own' : (traces?.name ?? 'nowhere'),
  };
}

/** Said already as the function is initialised: nobody listens there. Other faults may pass, and are for a flush to tell. */
function sayRefused({ name }: Outlet): (fault: Fault | undefined) => void {
  return (fault) => {
    if (fault?.reason === 'refused') sayRetained(fault.reason, `${name} ${fault.message}`);
  };
}

function openOutlet(
  { exporter, otlp }: SignalSettings,
  ways: Map<string, Way>,
  sign: SignRequest | undefined,
): Outlet | undefined {
  if (exporter === 'otlp') return otlpOutlet(otlp, ways, sign);
  if (exporter === 'xray') return xrayOutlet(process.env.AWS_XRAY_DAEMON_ADDRESS);
  return exporter === 'console' ? stdoutOutlet : undefined;
}

/** Writes each body as one line of OTLP/JSON, for set-ups that forward the function's log. */
const stdoutOutlet: Outlet = {
  name: 'stdout',
  encoding: 'json',
  maxBytes: MAX_LINE_BYTES,
  send(body) {
    process.stdout.write(`${Buffer.from(body)}\n`);
    return Promise.resolve({ status: 'acknowledged' });
  },
};

/** Traces and logs share their connection where both go to one place in one way. */
function otlpOutlet(otlp: OtlpSettings, ways: Map<string, Way>, sign: SignRequest | undefined): Outlet | undefined {
  const read = (path: string | undefined): Buffer | undefined => (path === undefined ? path : readFileSync(path));
  try {
    const paths = [otlp.certificatePath, otlp.clientCertificatePath, otlp.clientKeyPath];
    const [ca, cert, key] = paths.map(read);
    const shared = [new URL(otlp.url).origin, ...paths].join();
    const encoding = otlp.protocol === 'http/json' ? 'json' : 'protobuf';
    const target = openTarget({ ...otlp, sign, encoding, way: ways.get(shared), tls: { ca, cert, key } });
    ways.set(shared, target.way);
    const send: Outlet['send'] = (body, timeoutMs) => post(target, body, timeoutMs);
    return { name: target.url, encoding, send, prime: () => primeTarget(target) };
  } catch (error) {
    const what = `telemetry goes nowhere: ${describeError(error).message}`;
    diagnose('endpoint_unusable', what, 'Correct the OTEL_EXPORTER_OTLP_* variables.', 'error');
    return undefined;
  }
}
