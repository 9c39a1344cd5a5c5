import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  type Attributes,
  type Context,
  createContextKey,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { InvocationSampling } from '@tracelet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEnv } from './env.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import { makeProvider, type Provider } from './provider.ts';
import type { RecordingSpan } from './recording-span.ts';
import { makeTail, type SpanTail } from './tail.ts';

const KEY = createContextKey('tracelet sampling');
const PARENT = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0 };

const samplingOf = (parts: Partial<InvocationSampling> = {}): InvocationSampling => ({
  ratio: undefined,
  verdict: undefined,
  holdsLogs: false,
  reasonToKeep: () => 'fault',
  tail: undefined,
  ...parts,
});

interface Rig {
  readonly provider: Provider;
  readonly sent: readonly OtlpSpan[];
  readonly lost: Readonly<Record<string, number>>;
  readonly sampling: InvocationSampling;
  readonly context: Context;
  readonly root: RecordingSpan;
}

/** An invocation of a caller who was not sampled. */
function rig(parts?: Partial<InvocationSampling>, env: NodeJS.ProcessEnv = {}): Rig {
  const sent: OtlpSpan[] = [];
  const lost: Record<string, number> = {};
  const provider = makeProvider({
    resource: {},
    environment: readEnv(env),
    onEnd: (span) => void sent.push(span),
    lose: (items, reason) => {
      if (items > 0) lost[reason] = (lost[reason] ?? 0) + items;
    },
  });
  const sampling = samplingOf(parts);
  const context = trace.setSpanContext(ROOT_CONTEXT.setValue(KEY, sampling), PARENT);
  const root = provider.api.getTracer('core').startSpan('root', {}, context) as RecordingSpan;
  return { provider, sent, lost, sampling, context: trace.setSpan(context, root), root };
}

function record({ context, provider }: Rig, name: string, failed = false, attributes: Attributes = {}): void {
  const span = provider.api.getTracer('library').startSpan(name, { attributes }, context);
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

const names = ({ sent }: Rig): readonly string[] => sent.map(({ name }) => name);

describe('what is not sampled', () => {
  it('leaves whole once it is kept, the root last, under the flag that it passed on', () => {
    const one = rig();
    record(one, 'a');
    record(one, 'b', true);
    expect([one.sent, one.root.isRecording()]).toEqual([[], true]);
    one.sampling.tail?.decide(one.root, 'slow');
    one.root.end();
    expect(names(one)).toEqual(['b', 'a', 'root']);
    expect(one.sent.map((span) => span.spanContext().traceFlags)).toEqual([0, 0, 0]);
    expect(one.sent.map(({ instrumentationScope }) => instrumentationScope.name)).toEqual([
      'library',
      'library',
      'core',
    ]);
    expect(one.root.attributes).toEqual({ 'tracelet.sampling.kept_by': 'slow' });
    expect(one.lost).toEqual({});
  });

  it('is counted once it is not kept, and so is what ends later', () => {
    const one = rig();
    record(one, 'a');
    one.sampling.tail?.decide(one.root, undefined);
    one.sampling.tail?.decide(one.root, 'fault');
    one.root.end();
    record(one, 'late');
    expect([one.sent, one.lost, one.root.attributes]).toEqual([[], { sampled_out: 3 }, {}]);
  });

  it('does not say so of an invocation that is sampled, whose producers were not', () => {
    const one = rig();
    const sampled = one.provider.api.getTracer('core').startSpan('sampled', { root: true });
    one.sampling.tail?.decide(sampled, 'fault');
    expect((sampled as RecordingSpan).attributes).toEqual({});
  });

  it('is sent at once when it ends after it was kept', () => {
    const one = rig();
    one.sampling.tail?.decide(one.root, 'fault');
    record(one, 'late');
    expect(names(one)).toEqual(['late']);
  });

  it('is not even recorded where nobody may keep it', () => {
    const one = rig({ reasonToKeep: undefined });
    expect([one.root.isRecording(), one.sampling.tail, one.root.spanContext().traceFlags]).toEqual([
      false,
      undefined,
      0,
    ]);
  });

  it('yields no spans when it is dropped, whatever the caller decided, and passes the trace on', () => {
    const env = { OTEL_TRACES_SAMPLER: 'always_on' };
    const one = rig({ verdict: false, reasonToKeep: undefined }, env);
    const { spanId, traceFlags, traceId } = one.root.spanContext();
    expect([one.root.isRecording(), traceId, traceFlags]).toEqual([false, PARENT.traceId, 0]);
    expect(spanId).not.toBe(PARENT.spanId);
  });

  it('is sampled when somebody asks for everything, and those who are called see that', () => {
    const one = rig({ verdict: true });
    one.root.end();
    expect([names(one), one.root.spanContext().traceFlags, one.sampling.tail]).toEqual([['root'], 1, undefined]);
  });
});

describe('what waits', () => {
  it('is bounded in number: failed spans stay, the newest of the others, and the root says how many went', () => {
    const one = rig();
    for (let at = 0; at < 10_000; at += 1) record(one, `${at}`, at % 100 === 0);
    one.sampling.tail?.decide(one.root, 'fault');
    const failed = one.sent.filter(({ status }) => status.code === SpanStatusCode.ERROR);
    const others = one.sent
      .filter(({ status }) => status.code !== SpanStatusCode.ERROR)
      .map(({ name }) => Number(name));
    expect([one.sent.length, failed.length, Math.max(...others)]).toEqual([2000, 100, 9999]);
    expect(Math.min(...others)).toBeGreaterThan(8000);
    expect(one.root.attributes).toEqual({
      'tracelet.sampling.kept_by': 'fault',
      'tracelet.sampling.evicted_count': 8000,
    });
    expect(one.lost).toEqual({ sampling_full: 8000 });
  });

  it('lets the oldest of the failed ones go when there is nothing else', () => {
    const one = rig();
    for (let at = 0; at < 2001; at += 1) record(one, `${at}`, true);
    one.sampling.tail?.decide(one.root, 'fault');
    expect([one.sent.length, one.sent[0]?.name]).toEqual([2000, '1']);
  });

  it.each<[string, (at: number) => Attributes, number]>([
    ['few attributes', (at) => ({ at }), 1900],
    ['ASCII text', (at) => ({ text: Buffer.alloc(5000, 97 + (at % 26)).toString('latin1') }), 300],
    ['other text', (at) => ({ text: Buffer.from(String.fromCharCode(0x4e00 + at).repeat(5000)).toString() }), 300],
    ['lists', (at) => ({ list: Array.from({ length: 100 }, (_, each) => `${at} ${each}`) }), 300],
  ])('takes at most 4 MiB of memory with %s', (_, attributesOf, least) => {
    const one = rig();
    const before = heapBytes();
    for (let at = 0; at < 10_000; at += 1) record(one, `${at}`, false, attributesOf(at));
    const heldBytes = heapBytes() - before;
    one.sampling.tail?.decide(one.root, 'fault');
    expect(heldBytes).toBeLessThan(4 * 1024 * 1024);
    expect(one.sent.length).toBeGreaterThan(least);
  });

  it('is never more than the bound, and every item is sent, evicted or sampled out', () => {
    const item = fc.record({ failed: fc.boolean(), sizeBytes: fc.nat(2_000_000) });
    const scripts = fc.array(fc.oneof(item, fc.constantFrom('keep' as const, 'drop' as const)), { maxLength: 200 });
    fc.assert(
      fc.property(scripts, (script) => {
        let added = 0;
        const gone = { sent: 0, lost: 0 };
        const tail: SpanTail = makeTail(samplingOf(), (items) => {
          gone.lost += items;
        });
        let isDecided = false;
        const sizes: number[] = [];
        const send = (sizeBytes: number): void => {
          gone.sent += 1;
          if (!isDecided) sizes.push(sizeBytes);
        };
        for (const step of script) {
          if (typeof step === 'object') {
            added += 1;
            tail.add({ ...step, send: () => send(step.sizeBytes) });
            if (!isDecided) expect(gone).toEqual({ sent: 0, lost: 0 });
          } else {
            tail.decide(rig().root, step === 'keep' ? 'fault' : undefined);
            isDecided = true;
          }
        }
        tail.decide(rig().root, 'fault');
        expect(gone.sent + gone.lost).toBe(added);
        // One that is too large by itself stays until the next.
        const total = sizes.reduce((sum, size) => sum + size, 0);
        if (sizes.length > 1) expect(total).toBeLessThanOrEqual(4 * 1024 * 1024);
      }),
    );
  });
});

describe('a sudden end', () => {
  it('keeps it where faults are kept', () => {
    const one = rig({ reasonToKeep: ({ fault }) => (fault ? 'fault' : undefined) });
    record(one, 'a');
    const tail = one.root.tail as SpanTail;
    expect(tail.wouldKeep()).toBe(true);
    tail.fail(one.root);
    expect(names(one)).toEqual(['a']);
  });

  it('drops it where they are not', () => {
    const one = rig({ reasonToKeep: () => undefined });
    const tail = one.root.tail as SpanTail;
    expect(tail.wouldKeep()).toBe(false);
    tail.fail(one.root);
    one.root.end();
    expect([one.sent, one.lost]).toEqual([[], { sampled_out: 1 }]);
  });
});

it('frees a copy of a span that waits, for what has to be told whatever becomes of that', () => {
  const one = rig();
  one.root.another().end();
  one.root.free({ name: 'evidence' }).end();
  expect(names(one)).toEqual(['evidence']);
});

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
