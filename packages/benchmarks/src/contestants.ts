import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type PeerName, peerFolder } from './peers.ts';
import type { Backend } from './stage/backend.ts';

/** One way to trace a function, or not to. */
export interface Contestant {
  readonly id: string;
  /** As the tables have it. */
  readonly label: string;
  /** The function's source. */
  readonly entry: string;
  /** The one for batches, where that is another. */
  readonly batchEntry?: string;
  /** `unbundled`: the function is one file, what it imports is in `node_modules`. */
  readonly packaging: 'unbundled' | 'cjs' | 'esm';
  /** Where its packages are; `tracelet`: the ones of this repository, as they would be published. */
  readonly modules?: PeerName | 'tracelet';
  readonly env: (backend: Pick<Backend, 'url' | 'port' | 'xrayPort'>) => Readonly<Record<string, string>>;
  /** How it counts what arrives, where it is no OTLP. */
  readonly note?: string;
  /** Left out of the parts that cost minutes. */
  readonly isVariant?: boolean;
}

const own = (name: string): string => join(import.meta.dirname, 'functions', `${name}.ts`);
const otlp: Contestant['env'] = ({ url }) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url });

function peer(name: PeerName, rest: Pick<Contestant, 'label' | 'env'> & Partial<Contestant>): Contestant {
  return { id: name, entry: join(peerFolder(name), 'function.mjs'), packaging: 'unbundled', modules: name, ...rest };
}

function tracelet(id: string, label: string, rest: Pick<Contestant, 'packaging'> & Partial<Contestant>): Contestant {
  return {
    id,
    label,
    entry: own('tracelet'),
    batchEntry: own('tracelet-batch'),
    modules: 'tracelet',
    env: otlp,
    ...rest,
  };
}

/** The contestants, in the order of the tables: the bare function first. */
export const contestants: readonly Contestant[] = [
  { id: 'bare', label: 'bare handler', entry: own('bare'), packaging: 'esm', env: () => ({}) },
  {
    id: 'hand-written',
    label: 'hand-written tracer, `node:http`, awaited (lower bound)',
    entry: own('hand-written'),
    packaging: 'esm',
    env: otlp,
  },
  tracelet('tracelet-esm', '**tracelet, everything on, esbuild ESM**', { packaging: 'esm' }),
  tracelet('tracelet-cjs', 'tracelet, everything on, esbuild CommonJS', { packaging: 'cjs', isVariant: true }),
  tracelet('tracelet-unbundled', 'tracelet, everything on, unbundled', { packaging: 'unbundled', isVariant: true }),
  tracelet('tracelet-traces', 'tracelet, traces only, esbuild ESM', {
    packaging: 'esm',
    entry: own('tracelet-traces'),
  }),
  peer('otel-2.12', { label: '(2) OpenTelemetry SDK 2.12, OTLP/JSON', env: otlp }),
  peer('otel-2.12', {
    id: 'otel-2.12-bundled',
    label: '(2) bundled, esbuild ESM',
    packaging: 'esm',
    env: otlp,
    isVariant: true,
  }),
  peer('otel-3.1', { label: 'OpenTelemetry SDK 3.1, OTLP/JSON', env: otlp }),
  peer('otel-layer', {
    label: 'layer-like: SDK 2.12, four instrumentations, OTLP/protobuf',
    env: (backend) => ({ ...otlp(backend), ...preload('otel-layer') }),
  }),
  peer('adot', { label: 'ADOT 0.13.0, four instrumentations, OTLP/protobuf', env: adotEnv }),
  peer('powertools', {
    label: 'Powertools 2.36 tracer + logger (UDP)',
    env: ({ xrayPort }) => ({
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${xrayPort}`,
      AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR',
      POWERTOOLS_TRACE_ENABLED: 'true',
    }),
    note: 'datagrams',
  }),
  peer('datadog', {
    label: 'Datadog 12.143, dd-trace 6.21, no extension (stdout)',
    env: ({ port }) => ({
      _HANDLER: 'node_modules/datadog-lambda-js/dist/handler.handler',
      DD_LAMBDA_HANDLER: 'index.handler',
      DD_FLUSH_TO_LOG: 'true',
      DD_TRACE_AGENT_URL: `http://127.0.0.1:${port}`,
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_REMOTE_CONFIGURATION_ENABLED: 'false',
    }),
    note: 'printed',
  }),
  peer('sentry', {
    label: 'Sentry aws-serverless 10.75, `wrapHandler`',
    env: ({ port }) => ({ BENCH_SENTRY_DSN: `http://0123456789abcdef0123456789abcdef@127.0.0.1:${port}/1` }),
  }),
];

/** By its id; throws when there is none. */
export function contestant(id: string): Contestant {
  const found = contestants.find((one) => one.id === id);
  if (found === undefined)
    throw new Error(`No contestant ${id}; there are ${contestants.map((one) => one.id).join(', ')}.`);
  return found;
}

/** True where the packages of a contestant are on this machine. */
export function isThere({ modules }: Contestant): boolean {
  return modules === undefined || modules === 'tracelet' || existsSync(join(peerFolder(modules), 'node_modules'));
}

function adotEnv(backend: Pick<Backend, 'url'>): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: backend.url,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${backend.url}/v1/traces`,
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'aws-lambda,aws-sdk,http,undici',
    OTEL_NODE_RESOURCE_DETECTORS: 'env',
    OTEL_AWS_APPLICATION_SIGNALS_ENABLED: 'false',
    ...preload('adot'),
  };
}

function preload(name: PeerName): Record<string, string> {
  return { NODE_OPTIONS: `--import ${pathToFileURL(join(peerFolder(name), 'setup.mjs')).href}` };
}
