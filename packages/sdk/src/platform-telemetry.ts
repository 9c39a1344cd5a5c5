import type { AddressInfo } from 'node:net';
import { type Attributes, context as otelContext, type Span, type SpanContext } from '@opentelemetry/api';
import { diagnose, type Finish, type InvocationInfo, type Plugin, subscribe } from '@tracelet/core';
import { costOf, type LambdaPrices } from './lambda-prices.ts';
import { exchange } from './otlp/exchange.ts';
import { suppressTracing } from './otlp/suppress.ts';
import { openWire } from './otlp/wire.ts';
import { type PlatformReport, readRecords } from './platform-records.ts';

export { LAMBDA_PRICES, type LambdaPrices } from './lambda-prices.ts';

/** How platform telemetry is received. */
export interface PlatformTelemetryOptions {
  /** Prices for the estimate of the cost, where those of `us-east-1` do not apply. */
  readonly prices?: Partial<LambdaPrices> | undefined;
  /** Under which name Lambda reaches the process. Default: `sandbox.localdomain`. */
  readonly host?: string | undefined;
}

/** Lambda waits this long before it sends what it has, in milliseconds: the least that it takes. */
const BUFFER_MS = 25;

const SUBSCRIBE_MS = 100;

const MAX_BODY_BYTES = 1_048_576;

/** Invocations whose report is still waited for. */
const MAX_SEEN = 10;

/**
 * Puts on each invocation's span what Lambda reports of the one before: billed duration, memory, init, status, and what it
 * cost by a dated price list. Lambda makes that report when everything has ended, so it cannot be any earlier, and that of the
 * last invocation of an environment is lost. Needs the flush after the response, whose extension it subscribes with.
 *
 * @example
 * export const lambda = defineLambda({ plugins: [platformTelemetry()] });
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api.html
 */
export function platformTelemetry({ host = 'sandbox.localdomain', prices }: PlatformTelemetryOptions = {}): Plugin {
  const seen = new Map<string, SpanContext>();
  let last: PlatformReport | undefined;
  let init: Attributes = {};

  const receive = (body: string): void => {
    const { initMs, report } = readRecords(body);
    if (initMs !== undefined) init = { [INIT_MS]: initMs };
    last = report ?? last;
  };

  return {
    name: 'platform-telemetry',
    setup: () =>
      subscribe('tracelet:extension', ({ api, hold, id }) => {
        const quiet = suppressTracing(otelContext.active());
        hold(otelContext.with(quiet, subscribeTo, undefined, api, id, host, receive).catch(sayFailed));
      }),
    invocation(span: Span, { context }: InvocationInfo): Finish {
      return () => {
        if (last) span.setAttributes({ ...describe(last, seen.get(last.requestId)), ...costOf(last, prices) });
        span.setAttributes(init);
        last = undefined;
        init = {};
        // A report may come after the end of a short next invocation, and is told by the one after that.
        seen.set(context.awsRequestId, span.spanContext());
        for (const [requestId] of seen) if (seen.size > MAX_SEEN) seen.delete(requestId);
      };
    },
  };
}

async function subscribeTo(api: string, id: string, name: string, receive: (body: string) => void): Promise<void> {
  const { createServer } = process.getBuiltinModule('node:http');
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    incoming.on('end', () => {
      response.end();
      receive(String(Buffer.concat(chunks)));
    });
  });
  // It must not keep an event loop alive that the runtime waits to be empty.
  server.on('connection', (socket) => socket.unref()).unref();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  const body = JSON.stringify({
    schemaVersion: '2022-12-13',
    types: ['platform'],
    buffering: { maxItems: 1000, maxBytes: 262_144, timeoutMs: BUFFER_MS },
    destination: { protocol: 'HTTP', URI: `http://${name}:${port}` },
  });
  const [hostname = '', apiPort = ''] = api.split(':');
  const address = { method: 'PUT', hostname, port: apiPort, path: '/2022-07-01/telemetry' };
  const headers = { 'Lambda-Extension-Identifier': id, 'content-type': 'application/json' };
  const way = openWire({ host: hostname, port: Number(apiPort), maxConnections: 1, holdsProcess: true });
  const answer = await exchange({ address, way }, headers, Buffer.from(body), SUBSCRIBE_MS);
  way.close();
  if (answer.response?.statusCode === 200) return;
  server.close();
  throw new TypeError(`the answer was ${answer.response?.statusCode ?? answer.fault?.message}`);
}

function sayFailed(error: unknown): void {
  const what = `the platform's telemetry cannot be had: ${(error as Error).message}`;
  diagnose('platform_telemetry_failed', what, 'Everything else works; leave platformTelemetry() out.');
}

function describe(report: PlatformReport, context: SpanContext | undefined): Attributes {
  const known = {
    [`${PREVIOUS}.invocation_id`]: report.requestId,
    [`${PREVIOUS}.trace_id`]: context?.traceId,
    [`${PREVIOUS}.span_id`]: context?.spanId,
    [`${PREVIOUS}.status`]: report.status,
    [`${PREVIOUS}.error_type`]: report.errorType,
    [`${PREVIOUS}.duration_ms`]: report.durationMs,
    [`${PREVIOUS}.billed_ms`]: report.billedMs,
    [`${PREVIOUS}.max_memory_mb`]: report.maxMemoryMb,
    [`${PREVIOUS}.init_ms`]: report.initMs,
    [`${PREVIOUS}.restore_ms`]: report.restoreMs,
  };
  return known as Attributes;
}

/** Of the invocation before, in the same environment. */
const PREVIOUS = 'tracelet.previous';
const INIT_MS = 'tracelet.platform.init_ms';
