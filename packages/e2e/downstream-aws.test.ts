import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SinkSpan } from '@tracelet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installs, isInstalled, type Leg, runtimeClients } from './clients.ts';
import { deploy, type Packaging } from './downstream-deploy.fixture.ts';
import { play } from './downstream-play.fixture.ts';
import { installPublished } from './published.ts';
import { isSignatureValid, type WireRequest } from './sigv4.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'tracelet-downstream-'));
const published = join(folder, 'published');
const packagings: readonly Packaging[] = [
  { name: 'esbuild CJS', format: 'cjs', external: [] },
  { name: 'esbuild ESM', format: 'esm', external: [] },
  { name: 'unbundled CJS', format: 'cjs' },
  { name: 'unbundled ESM', format: 'esm' },
];
const deployed = new Map<string, Promise<string>>();
const sdks = installs.filter(({ name }) => name.startsWith('aws-'));
const TRACE_HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=a87bd80c:1';

beforeAll(() => installPublished(published), 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const leg of runtimeClients()) {
  for (const sdk of sdks) {
    describe.skipIf(leg.missing !== undefined || !isInstalled(sdk))(`${leg.name}, ${sdk.title}`, () => {
      for (const packaging of packagings) {
        it(`${packaging.name}: every call is a span, as seen from outside`, () =>
          check(leg, sdk.directory, packaging, 'outside'));
        it(`${packaging.name}: every call carries the context, traced from inside`, () =>
          check(leg, sdk.directory, packaging, 'inside'));
      }
    });
  }
}

async function check(leg: Leg, sdk: string, packaging: Packaging, from: 'inside' | 'outside'): Promise<void> {
  // Packed once for all runtimes.
  const key = [sdk, packaging.name, from].join();
  const packed = deployed.get(key) ?? deploy(`downstream-${from}`, packaging, { sdk, published }, folder);
  deployed.set(key, packed);
  const { spans, calls, received } = await play(leg, { taskRoot: await packed, traceHeader: TRACE_HEADER, spans: 13 });
  await expect(`${calls.map(line).join('\n')}\n`).toMatchFileSnapshot(`snapshots/downstream.${from}.txt`);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  for (const request of received) expectCarried(request, calls);
  if (from === 'inside') expectCarriers(received, calls);
}

/** Each request has the context of a span in its headers, where there is a moment to add it, and is signed as it arrived. */
function expectCarried(request: WireRequest, calls: readonly SinkSpan[]): void {
  const { headers, url } = request;
  const isHttp2 = ':authority' in headers;
  const parents = calls.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
  if (!isHttp2) expect(parents, url).toContain(headers.traceparent);
  if (headers.authorization === undefined) return;
  // The SDK copies the header that the runtime was given; where it does not, we do.
  expect(headers['x-amzn-trace-id'], url).toBe(TRACE_HEADER);
  expect(isSignatureValid(request, 'example'), url).toBe(true);
}

/** What is sent carries the context of the span that sends it, where the service has a place for it. */
function expectCarriers(received: readonly WireRequest[], calls: readonly SinkSpan[]): void {
  const parentOf = (name: string): string | undefined => {
    const span = calls.find((call) => call.name === name);
    return span && `00-${span.traceId}-${span.spanId}-01`;
  };
  const bodyOf = (target: string): string =>
    String(received.find(({ headers }) => headers['x-amz-target'] === target)?.body);
  const clientContext = received.find(({ url }) => url.includes('/invocations'))?.headers['x-amz-client-context'];
  expect({
    sqs: JSON.parse(bodyOf('AmazonSQS.SendMessage')).MessageAttributes.traceparent.StringValue,
    sns: /StringValue=(00-[^&]+)/.exec(String(received.find(({ body }) => body.includes('Action=Publish'))?.body))?.[1],
    sfn: JSON.parse(JSON.parse(bodyOf('AWSStepFunctions.StartExecution')).input),
    events: JSON.parse(JSON.parse(bodyOf('AWSEvents.PutEvents')).Entries[0].Detail),
    lambda: JSON.parse(Buffer.from(String(clientContext), 'base64').toString()),
  }).toEqual({
    sqs: parentOf('SQS.SendMessage'),
    sns: parentOf('SNS.Publish'),
    sfn: { traceparent: parentOf('SFN.StartExecution') },
    events: { traceparent: parentOf('EventBridge.PutEvents'), id: 1 },
    lambda: { custom: { traceparent: parentOf('Lambda.Invoke') } },
  });
}

/** What differs from run to run and from version to version is left out. */
function line({ name, kind, attributes, events, status }: SinkSpan): string {
  const { 'server.port': _, 'url.full': url, ...rest } = attributes;
  const path = typeof url === 'string' ? [`url.full=${new URL(url).pathname}`] : [];
  const pairs = Object.entries(rest).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const attempts = events.map((event) => `${event.name}(${event.attributes['error.type'] ?? 'ok'})`);
  const error = status.code === 'ERROR' ? ['error'] : [];
  return [`${kind} ${name}`, ...path, ...pairs.toSorted(), ...attempts, ...error].join('\n  ');
}
