import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { events, startRuntime, startSink } from '@tracelet/testing';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Leg, runtimeClients } from './clients.ts';
import { callbacks } from './fixtures/differential/callbacks.ts';
import { endings } from './fixtures/differential/endings.ts';
import { failures } from './fixtures/differential/failures.ts';
import { results } from './fixtures/differential/results.ts';
import { streams } from './fixtures/differential/streams.ts';
import { type Measure, measured, type Transcript, transcribe } from './transcript.ts';

const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-differential-'));
const FIXTURES = join(import.meta.dirname, 'fixtures/differential');

/** What one exported handler is called with, in one process one after the other. */
interface Play {
  readonly handler: string;
  readonly events: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly title?: string;
}

type Variant = 'bare' | 'wrap';
type Played = ReadonlyMap<string, { readonly transcript: Transcript; readonly spans: number }>;

const named = (behaviours: object): Play['events'] =>
  Object.fromEntries(Object.keys(behaviours).map((name) => [name, { name }]));
const prints = Object.keys(endings).filter((name) => name.startsWith('prints'));
const pet = events.apiGatewayHttp({ method: 'GET', path: '/pets/7' });

const plays: readonly Play[] = [
  { handler: 'index.plain', events: named({ ...results, ...failures, ...endings }) },
  { handler: 'index.stream', events: named(streams) },
  {
    title: 'index.plain with JSON logs',
    handler: 'index.plain',
    events: named(Object.fromEntries(prints.map((name) => [name, 1]))),
    env: { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'INFO' },
  },
  ...['wideStream', 'a.b.c', 'greeter.handler', 'bound', 'twice', 'frozen', 'proxied', 'defaulted', 'generator'].map(
    one,
  ),
  ...['method', 'class', 'onDefault', 'none', 'missing'].map(one),
  { handler: 'frameworks.insideMiddy', events: { 'is called': {}, 'is called and fails': { fail: true } } },
  { handler: 'frameworks.aroundMiddy', events: { 'is called': {}, 'is called and fails': { fail: true } } },
  { handler: 'frameworks.powertools', events: { 'is called': {} } },
  {
    handler: 'frameworks.express',
    events: { 'is called': pet, 'is called for nothing': { ...pet, rawPath: '/none' } },
  },
];

/** Runtime client 4 refuses them as it loads them. */
const callbackPlays: readonly Play[] = [
  { handler: 'index.callback', events: named(callbacks) },
  { handler: 'index.rest', events: named(callbacks) },
];

beforeAll(async () => {
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  const common = { bundle: true, platform: 'node', format: 'esm', target: 'node22', logLevel: 'warning' } as const;
  const stdin = { contents: "export { lambda } from '@tracelet/lambda';", resolveDir: import.meta.dirname };
  const outfile = (name: string): string => join(taskRoot, `${name}.mjs`);
  await build({ ...common, banner, stdin, minify: true, outfile: outfile('tracelet') });
  for (const name of ['shapes', 'frameworks'])
    await build({ ...common, banner, entryPoints: [join(FIXTURES, `${name}.ts`)], outfile: outfile(name) });
  deploy('bare', 'const lambda = (handler) => handler;');
  deploy('wrap', "import { lambda } from '../tracelet.mjs';");
}, 60_000);
afterAll(() => rmSync(taskRoot, { recursive: true }));

const legs = runtimeClients().filter(({ name }) => /^client (4\S+ on Node 24|3\S+ on Node 22)$/.test(name));
for (const leg of legs) {
  for (const flush of ['', 'before-response']) {
    const title = flush === '' ? leg.name : `${leg.name}, TRACELET_FLUSH=${flush}`;
    describe.skipIf(leg.missing !== undefined)(title, () => {
      const all = leg.client.major === 3 ? [...plays, ...callbackPlays] : [...plays, ...callbackPlays.map(first)];
      // How a handler is found and called has nothing to do with when the flush is.
      const played = flush === '' ? all : all.filter(({ events: of }) => Object.keys(of).length > 2);
      for (const given of played) compare(leg, { ...given, env: { ...given.env, TRACELET_FLUSH: flush } });
    });
  }
}

/** Plays everything bare and wrapped, then holds each pair of transcripts to be the same. */
function compare(leg: Leg, play: Play): void {
  describe(play.title ?? play.handler, () => {
    let bare: Played;
    let wrapped: Played;
    beforeAll(async () => {
      [bare, wrapped] = await Promise.all([run(leg, play, 'bare'), run(leg, play, 'wrap')]);
    });
    const isSame = (name: string): boolean => leg.client.major === 4 || name !== REPAIRED_ON_CLIENT_3;
    it.each(Object.keys(play.events).filter(isSame))('%s', (name) => {
      const measure = measureOf(leg, play, name);
      const [expected, actual] = [bare, wrapped].map((played) => {
        const transcript = played.get(name)?.transcript as Transcript;
        return measured(transcript, measure, 'shapes.mjs');
      });
      expect(actual).toBe(expected);
    });
    it.each(Object.keys(play.events).filter((name) => !isSame(name)))('%s, which fails bare', (name) => {
      const [before, after] = [bare, wrapped].map((played) => played.get(name)?.transcript);
      expect(before).toMatchObject({ status: 'error', error: { errorMessage: expect.stringContaining("'catch'") } });
      expect(after).toMatchObject({ status: 'success', posted: [{ body: '"then"' }] });
    });
    it('has one SERVER span for each invocation that the process survives', () => {
      const survived = [...wrapped].filter(([, { transcript }]) => transcript.exits.length === 0);
      expect(survived.filter(([, { spans }]) => spans !== 1).map(([name, { spans }]) => [name, spans])).toEqual([]);
    });
  });
}

/**
 * What must be the same to the last byte is everything but:
 *
 * - an error that is made before the first `await`: below the function's own frames its stack shows who called the
 *   function, and at the wrapper's depth that is the wrapper. Own frames are the same, and none is lost;
 * - an error that runtime client 3 itself makes, of an answer that is no Error or cannot be serialised: its stack shows
 *   the turn of the event loop in which the answer came;
 * - how the platform ends a process after a time-out: gently as soon as an extension is registered.
 */
function measureOf({ client }: Leg, { env, handler }: Play, name: string): Measure {
  if (name.includes('deadline') || name === 'is never ended') {
    return env?.TRACELET_FLUSH === '' ? 'status, error and lines printed' : 'every byte';
  }
  if (client.major === 3 && MADE_WITHIN_ANSWER.has(name)) return 'all but stacks';
  const isCallersFrame = MADE_BEFORE_AWAIT.has(name) || handler === 'index.class' || handler === 'index.rest';
  return isCallersFrame || (client.major === 3 && MADE_BY_CLIENT_3.test(name))
    ? 'all but the frames of callers'
    : 'every byte';
}

/** The client calls `catch` on what `then` returns. */
const REPAIRED_ON_CLIENT_3 = 'returns a thenable whose then returns nothing';
const MADE_BEFORE_AWAIT = new Set([
  'throws an Error, synchronously',
  'throws a subclass with own properties, synchronously',
  'throws a TypeError of the language, synchronously',
  'throws an Error with a cause, synchronously',
  'throws an Error that is its own cause, synchronously',
  'throws an AggregateError, synchronously',
  'throws a frozen Error, synchronously',
  'throws an Error with an odd name, synchronously',
  'throws an Error with control characters, synchronously',
  'throws a DOMException, synchronously',
  'resolves to a revoked Proxy',
  'returns a revoked Proxy, synchronously',
  'rejects before its first await',
  'returns a rejected Promise',
  'leaves a rejection unhandled while it runs',
  'prints an Error with cause',
]);
const MADE_BY_CLIENT_3 =
  /^rejects with (an empty string|a |false|an object|null|undefined)|^resolves to (a |an )?(BigInt|symbol|function|cycle|toJSON|getter that)|^returns a thenable|^fails (in|after) the/;
const MADE_WITHIN_ANSWER = new Set([
  'calls back with a string',
  'calls back with 0',
  'calls back with false',
  'calls back with a cycle',
  'answers through context.fail without an error',
  'answers through context.fail from a timer',
]);

async function run(leg: Leg, play: Play, variant: Variant): Promise<Played> {
  const sink = await startSink();
  const runtime = await startRuntime({
    ...leg,
    taskRoot: join(taskRoot, variant),
    handler: play.handler,
    // What tracelet says of spans that were lost with a crashed process is no output of the function's.
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_LOG_LEVEL: 'none', ...play.env },
  });
  const transcripts = new Map<string, Awaited<ReturnType<typeof transcribe>>>();
  try {
    for (const [name, event] of Object.entries(play.events)) {
      const deadlineMs = /deadline|never/.test(name) ? 300 : 3000;
      transcripts.set(name, await transcribe(runtime, event, { traceHeader: TRACE_HEADER, deadlineMs }));
    }
    // What the last one left behind leaves with the next.
    await runtime.invoke({});
    const served = sink.spans
      .filter(({ kind }) => kind === 'SERVER')
      .map((span) => span.attributes['faas.invocation.id']);
    const spansOf = (requestId: string): number => served.filter((id) => id === requestId).length;
    return new Map(
      [...transcripts].map(([name, { requestId, transcript }]) => [name, { transcript, spans: spansOf(requestId) }]),
    );
  } finally {
    await runtime.shutdown();
    await sink.close();
  }
}

const TRACE_HEADER = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0';

function one(handler: string): Play {
  return { handler: `index.${handler}`, events: { 'is called': { name: 'the event' } } };
}

function first(play: Play): Play {
  return { ...play, events: Object.fromEntries(Object.entries(play.events).slice(0, 1)) };
}

function deploy(variant: Variant, imported: string): void {
  const folder = join(taskRoot, variant);
  mkdirSync(folder);
  const names = 'plain, callback, rest, stream, wideStream, a, greeter, bound, twice, frozen, proxied, defaulted';
  writeFileSync(
    join(folder, 'index.mjs'),
    `import { shapes } from '../shapes.mjs'; ${imported}
export const { ${names}, generator, method, class: klass, none } = shapes(lambda);
export { klass as class };
export default { onDefault: lambda(async () => 'on default') };`,
  );
  writeFileSync(
    join(folder, 'frameworks.mjs'),
    `import { frameworks } from '../frameworks.mjs'; ${imported}
export const { insideMiddy, aroundMiddy, powertools, express } = frameworks(lambda);`,
  );
}
