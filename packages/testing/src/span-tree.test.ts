import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startSink } from './otlp-sink.ts';
import { fromReadableSpan, spanTree, type TreeSpan } from './span-tree.ts';

const SERVER = make('a', { kind: 'SERVER', name: 'GET /pets/{petId}', startUnixNano: 10n, durationMs: 14.25 });
const INIT = make('b', { name: 'init', startUnixNano: 1n, durationMs: 120 });
const LOAD = make('c', { name: 'load pet', parentSpanId: 'a', startUnixNano: 11n });
const GET = make('d', {
  kind: 'CLIENT',
  name: 'GET',
  parentSpanId: 'c',
  startUnixNano: 12n,
  status: { code: 'ERROR', message: 'boom' },
  attributes: { 'error.type': 'Error', 'server.address': 'api.example.com' },
});

describe('a printed tree', () => {
  it('has a line a span, children below their parent, the init after the spans that serve', () => {
    const attributes = { 'faas.coldstart': true, 'http.response.status_code': 200, 'url.path': '/pets/7' };
    expect(String(spanTree([GET, { ...SERVER, attributes }, LOAD, INIT]))).toMatchInlineSnapshot(`
      "SERVER GET /pets/{petId}  faas.coldstart=true http.response.status_code=200
        INTERNAL load pet
          CLIENT GET  [error Error] "boom"
      INTERNAL init"
    `);
  });

  it('orders children by start, then by name, whatever the order given', () => {
    const children = ['late', 'b', 'a'].map((name, index) =>
      make(`x${index}`, { name, parentSpanId: 'a', startUnixNano: name === 'late' ? 20n : 11n }),
    );
    const printed = String(spanTree([SERVER, ...children]));
    expect(printed).toMatchInlineSnapshot(`
      "SERVER GET /pets/{petId}
        INTERNAL a
        INTERNAL b
        INTERNAL late"
    `);
    expect(String(spanTree([...children.toReversed(), SERVER]))).toBe(printed);
  });

  it('marks a span whose parent is elsewhere', () => {
    expect(String(spanTree([{ ...SERVER, parentSpanId: 'f' }, LOAD]))).toMatchInlineSnapshot(`
      "SERVER GET /pets/{petId}  (remote parent)
        INTERNAL load pet"
    `);
  });

  it('separates traces, in order of their start', () => {
    const other = make('a', { traceId: 'other', name: 'second', startUnixNano: 30n });
    expect(
      String(spanTree([other, { ...other, spanId: 'z', parentSpanId: 'a', name: 'inner' }, SERVER])),
    ).toMatchInlineSnapshot(`
        "SERVER GET /pets/{petId}

        INTERNAL second
          INTERNAL inner"
      `);
  });

  it('prints links, chosen attributes of any type, and errors without type or message', () => {
    const span = make('a', {
      links: [{}, {}],
      status: { code: 'ERROR' },
      attributes: {
        text: 'two words',
        list: ['a', 1],
        big: 2n ** 60n,
        bytes: Uint8Array.of(1, 255),
        map: { a: 1n },
        none: null,
      },
    });
    const attributes = ['bytes', 'text', 'list', 'absent', 'big', 'map', 'none'];
    expect(String(spanTree([span], { attributes }))).toMatchInlineSnapshot(
      `"INTERNAL a  [error] links=2 bytes=0x01ff text="two words" list=["a",1] big=1152921504606846976 map={"a":"1"} none=null"`,
    );
  });

  it('prints durations and ids only when told to', () => {
    const spans = [SERVER, LOAD, { ...INIT, durationMs: 12345.6 }];
    expect(String(spanTree(spans, { durations: true, ids: true }))).toMatchInlineSnapshot(`
      "SERVER GET /pets/{petId}  14.3 ms trace=t span=a
        INTERNAL load pet  1.0 ms span=c
      INTERNAL init  12,346 ms trace=t span=b"
    `);
  });

  it('is coloured only when told to, and says the same', () => {
    const spans = [SERVER, LOAD, GET];
    const colored = String(spanTree(spans, { color: true, durations: true }));
    expect(colored).toContain('\u001b[31m[error Error] "boom"\u001b[39m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(String(spanTree(spans, { durations: true })));
  });

  it('keeps control characters and long texts out of the line', () => {
    const message = `a\nb${'x'.repeat(200)}`;
    const span = make('a', { name: 'line\nbreak\u001b[31m\u0085', status: { code: 'ERROR', message } });
    expect(String(spanTree([span]))).toBe(
      `INTERNAL line\\nbreak\\u001b[31m\\u0085  [error] "a\\nb${'x'.repeat(117)}..."`,
    );
  });

  it('says when there are no spans', () => {
    expect(String(spanTree([]))).toBe('(no spans)');
  });
});

describe('spanTree', () => {
  it('gives the forest and finds spans by name', () => {
    const tree = spanTree([GET, LOAD, SERVER, INIT]);
    expect(tree.roots.map((root) => [root.span.name, root.place])).toEqual([
      ['GET /pets/{petId}', 'root'],
      ['init', 'root'],
    ]);
    expect(tree.roots[0]?.children[0]?.children[0]?.span).toBe(GET);
    expect(tree.find('load pet')).toBe(LOAD);
    expect(tree.find('nothing')).toBeUndefined();
    expect(tree.spans).toEqual([GET, LOAD, SERVER, INIT]);
  });

  it('prints rings of parents once, and spans delivered twice twice', () => {
    const ring = [make('a', { parentSpanId: 'b' }), make('b', { parentSpanId: 'a' }), make('c', { parentSpanId: 'c' })];
    expect(
      String(spanTree([...ring, LOAD, LOAD].map((span) => ({ ...span, startUnixNano: 1n })))),
    ).toMatchInlineSnapshot(`
      "INTERNAL a  (parent cycle)
        INTERNAL b
        INTERNAL load pet
        INTERNAL load pet
      INTERNAL c  (parent cycle)"
    `);
  });

  it('takes chains of any depth', () => {
    const chain = Array.from({ length: 50_000 }, (_, index) => make(`s${index}`, { parentSpanId: `s${index - 1}` }));
    const tree = spanTree(chain);
    expect(tree.roots.map((root) => root.place)).toEqual(['remote parent']);
    expect(tree.find('s49999')).toBe(chain.at(-1));
  });

  it('prints every span exactly once, whatever the parents', () => {
    const spans = fc.array(fc.tuple(fc.nat(12), fc.option(fc.nat(14)), fc.nat(3)), { maxLength: 30 });
    fc.assert(
      fc.property(spans, (given) => {
        const made = given.map(([id, parent, start]) =>
          make(`s${id}`, { parentSpanId: parent === null ? undefined : `s${parent}`, startUnixNano: BigInt(start) }),
        );
        const printed = String(spanTree(made));
        const names = printed.split('\n').map((line) => line.trim().split(' ')[1]);
        expect(names.sort()).toEqual(made.length === 0 ? ['spans)'] : made.map((span) => span.name).sort());
      }),
    );
  });
});

describe('fromReadableSpan', () => {
  it('takes spans of the SDK', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const tracer = provider.getTracer('tests');
    const server = tracer.startSpan('serve', { kind: SpanKind.SERVER, startTime: [1_700_000_000, 1] });
    const within = trace.setSpan(ROOT_CONTEXT, server);
    const client = tracer.startSpan('call', { kind: SpanKind.CLIENT, startTime: [1_700_000_000, 2] }, within);
    client.setAttribute('error.type', 'TypeError').setStatus({ code: SpanStatusCode.ERROR, message: 'boom' });
    client.end([1_700_000_001, 500_002]);
    server.end([1_700_000_002, 1]);
    const spans = exporter.getFinishedSpans().map(fromReadableSpan);
    expect(spans[0]).toEqual({
      traceId: server.spanContext().traceId,
      spanId: client.spanContext().spanId,
      parentSpanId: server.spanContext().spanId,
      name: 'call',
      kind: 'CLIENT',
      startUnixNano: 1_700_000_000_000_000_002n,
      durationMs: 1_000.5,
      attributes: { 'error.type': 'TypeError' },
      links: [],
      status: { code: 'ERROR', message: 'boom' },
    });
    expect(String(spanTree(spans))).toMatchInlineSnapshot(`
      "SERVER serve
        CLIENT call  [error TypeError] "boom""
    `);
  });
});

it('a tree takes the spans of the sink', async () => {
  const sink = await startSink();
  expect(String(spanTree(sink.spans))).toBe('(no spans)');
  await sink.close();
});

function make(spanId: string, fields: Partial<TreeSpan> = {}): TreeSpan {
  return {
    traceId: 't',
    spanId,
    name: spanId,
    kind: 'INTERNAL',
    startUnixNano: 0n,
    durationMs: 1,
    attributes: {},
    links: [],
    status: { code: 'UNSET' },
    ...fields,
  };
}
