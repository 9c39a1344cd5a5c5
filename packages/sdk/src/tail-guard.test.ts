import type { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Finish, InvocationInfo, InvocationSampling } from '@tracelet/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnv } from './env.ts';
import { makeLifeGuard } from './life-guard.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import { makeProvider } from './provider.ts';
import type { RecordingSpan } from './recording-span.ts';

const KEY = createContextKey('tracelet sampling');

let folder = '';
let sent: OtlpSpan[] = [];
let lost = 0;
let before: Map<string, unknown[]> = new Map();
const emitter: EventEmitter = process;
const EVENTS = ['exit', 'beforeExit', 'uncaughtExceptionMonitor', 'SIGTERM'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracelet-tail-'));
  vi.stubEnv('TMPDIR', folder);
  sent = [];
  lost = 0;
  before = new Map(EVENTS.map((event) => [event, emitter.listeners(event)]));
});
afterEach(() => {
  for (const event of EVENTS) for (const listener of ours(event)) emitter.off(event, listener);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const ours = (event: string): ((...args: unknown[]) => void)[] =>
  emitter.listeners(event).filter((one) => !before.get(event)?.includes(one)) as never;

const environment = readEnv({ OTEL_TRACES_SAMPLER: 'always_off', TRACELET_DEADLINE_MARGIN: '30' });
const { api } = makeProvider({
  resource: {},
  environment,
  onEnd: (span) => sent.push(span),
  lose: (items) => {
    lost += items;
  },
});
const tracer = api.getTracer('test');

interface Held {
  readonly root: RecordingSpan;
  readonly child: RecordingSpan;
  readonly sampling: InvocationSampling;
}

/** An invocation that is not sampled, with an open span, by the rules that are in force. */
function held(faults: boolean): Held {
  const reasonToKeep: InvocationSampling['reasonToKeep'] = ({ fault }) => (faults && fault ? 'fault' : undefined);
  const sampling = { ratio: undefined, verdict: undefined, holdsLogs: false, reasonToKeep, tail: undefined };
  const context = ROOT_CONTEXT.setValue(KEY, sampling);
  const root = tracer.startSpan('root', {}, context) as RecordingSpan;
  tracer.startSpan('done', {}, trace.setSpan(context, root)).end();
  return { root, child: tracer.startSpan('child', {}, trace.setSpan(context, root)) as RecordingSpan, sampling };
}

function begin({ root }: Pick<Held, 'root'>, inMs: number): Finish {
  const counts = () => ({ produced: 0, delivered: 0, retained: 0, dropped: {} });
  const guard = makeLifeGuard(environment, { counts, lose: () => {} }, { flush: async () => {} });
  const info = { context: {}, deadlineMs: Date.now() + inMs } as InvocationInfo;
  return guard.plugin.invocation?.(root, info) as Finish;
}

const shown = (): readonly unknown[] =>
  sent.map(({ name, attributes, spanContext }) => [name, attributes['error.type'], spanContext().traceFlags]);

const noted = (): string => readFileSync(join(folder, 'tracelet-breadcrumb'), 'utf8');

describe('an invocation that is not sampled and runs out of time', () => {
  it('is sent where faults are kept: what has ended, then snapshots of what has not', async () => {
    const one = held(true);
    const finish = begin(one, 60);
    await sleep(60);
    expect(shown()).toEqual([
      ['done', undefined, 0],
      ['child', 'timeout', 0],
      ['root', 'timeout', 0],
    ]);
    expect(sent.at(-1)?.attributes).toMatchObject({
      'tracelet.pending': ['child'],
      'tracelet.sampling.kept_by': 'fault',
      'tracelet.unfinished': true,
    });
    // It ended in time after all: the real spans follow, as for one that is sampled.
    finish({ fault: false });
    one.sampling.tail?.decide(one.root, undefined);
    one.root.end();
    expect([sent.length, sent.at(-1)?.attributes['tracelet.near_deadline'], lost]).toEqual([4, true, 0]);
  });

  it('waits for its end where they are not', async () => {
    const one = held(false);
    const finish = begin(one, 60);
    await sleep(60);
    expect(sent).toEqual([]);
    finish({ fault: false });
    one.sampling.tail?.decide(one.root, 'http_status');
    one.root.end();
    expect(shown()).toEqual([
      ['done', undefined, 0],
      ['root', undefined, 0],
    ]);
  });
});

describe('an invocation that is not sampled and dies with its process', () => {
  it('is told by the next one where faults are kept, under the flag that it had, whatever becomes of that one', () => {
    const one = held(true);
    begin(one, 5000);
    expect(noted()).toContain(one.root.spanContext().spanId);
    begin(held(false), 5000);
    expect(sent.map((span) => [span.name, span.spanContext()])).toEqual([['root', one.root.spanContext()]]);
    expect(sent[0]?.attributes).toMatchObject({ 'error.type': 'crash', 'tracelet.recovered': true });
  });

  it('is not even noted where they are not', () => {
    begin(held(false), 5000);
    expect(noted().trim()).toBe('0');
  });
});

it('decides for one that can never end', () => {
  for (const faults of [true, false]) {
    begin(held(faults), 5000);
    for (const listener of ours('beforeExit')) {
      emitter.off('beforeExit', listener);
      listener();
    }
  }
  expect([shown(), lost]).toEqual([
    [
      ['done', undefined, 0],
      ['child', 'never_settled', 0],
      ['root', 'never_settled', 0],
    ],
    3,
  ]);
});
