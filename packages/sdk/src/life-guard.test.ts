import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Finish, InvocationInfo } from '@tracelet/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readEnv } from './env.ts';
import { type LifeGuard, makeLifeGuard } from './life-guard.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import { makeProvider } from './provider.ts';
import type { RecordingSpan } from './recording-span.ts';

let folder = '';
let ended: OtlpSpan[] = [];
let listeners: Map<string, unknown> = new Map();
const EVENTS = ['exit', 'beforeExit', 'uncaughtExceptionMonitor', 'SIGTERM'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracelet-guard-'));
  vi.stubEnv('TMPDIR', folder);
  ended = [];
  listeners = new Map(EVENTS.map((event) => [event, process.listeners(event as 'exit')]));
});
afterEach(() => {
  for (const event of EVENTS) {
    for (const listener of process.listeners(event as 'exit')) {
      if (!(listeners.get(event) as unknown[]).includes(listener)) process.off(event, listener);
    }
  }
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const { api } = makeProvider({ resource: {}, environment: readEnv({}), onEnd: (span) => ended.push(span) });
const tracer = api.getTracer('test');

function start(name: string, parent?: RecordingSpan): RecordingSpan {
  return tracer.startSpan(name, {}, parent ? trace.setSpan(ROOT_CONTEXT, parent) : ROOT_CONTEXT) as RecordingSpan;
}

interface Rig {
  readonly guard: LifeGuard;
  readonly lost: number[];
  readonly flushes: number[];
  begin(span: RecordingSpan, inMs: number): Finish;
}

function rig(retained = 0): Rig {
  const lost: number[] = [];
  const flushes: number[] = [];
  const counts = () => ({ produced: retained, delivered: 0, retained, dropped: {} });
  const flusher = { flush: async (deadlineMs: number) => void flushes.push(deadlineMs) };
  const environment = readEnv({ TRACELET_DEADLINE_MARGIN: '30' });
  const guard = makeLifeGuard(environment, { counts, lose: (items) => void lost.push(items) }, flusher);
  const begin = (span: RecordingSpan, inMs: number): Finish => {
    const info = { context: {}, deadlineMs: Date.now() + inMs } as InvocationInfo;
    return guard.plugin.invocation?.(span, info) as Finish;
  };
  return { guard, lost, flushes, begin };
}

const success = { fault: false } as const;

it('gives up the invocation that is late, and none of those beside it', async () => {
  const { begin, flushes } = rig();
  const [late, early] = [start('late'), start('early')];
  const finishes = [begin(late, 60), begin(early, 5000)];
  start('pending', late);
  start('also pending', early);
  await sleep(60);
  expect(ended.map(({ name }) => name)).toEqual(['pending', 'late']);
  expect(flushes).toHaveLength(1);
  for (const finish of finishes) finish(success);
  expect([late.attributes, early.attributes]).toEqual([{ 'tracelet.near_deadline': true }, {}]);
});

it('leaves an invocation alone that ends in time, or has less time than the margin from the start', async () => {
  const { begin, flushes } = rig();
  begin(start('in time'), 60)(success);
  const finish = begin(start('hopeless'), 20);
  await sleep(60);
  finish(success);
  expect([ended, flushes]).toEqual([[], []]);
});

it('tells the next process of the outermost invocation, at its first one that is sampled', async () => {
  const first = rig(5);
  const outer = start('outer');
  first.begin(outer, 5000);
  first.begin(start('inner'), 5000)(success);
  await first.guard.flusher.flush(Infinity);
  const second = rig();
  expect(second.lost).toEqual([5]);
  second.guard.plugin.invocation?.(trace.wrapSpanContext(outer.spanContext()), {
    context: {},
    deadlineMs: Infinity,
  } as InvocationInfo);
  expect(ended).toEqual([]);
  second.begin(start('next'), 5000);
  expect(ended).toMatchObject([{ name: 'outer', attributes: { 'error.type': 'crash', 'tracelet.recovered': true } }]);
  expect(ended[0]?.spanContext().spanId).toBe(outer.spanContext().spanId);
  second.begin(start('another'), 5000);
  expect(ended).toHaveLength(1);
});

it('tells nothing of an invocation that has ended', async () => {
  const first = rig();
  first.begin(start('done'), 5000)(success);
  await first.guard.flusher.flush(Infinity);
  rig().begin(start('next'), 5000);
  expect(ended).toEqual([]);
});

it('keeps no file where many invocations run at once', () => {
  vi.stubEnv('AWS_LAMBDA_MAX_CONCURRENCY', '10');
  rig().begin(start('one of many'), 5000);
  vi.unstubAllEnvs();
  vi.stubEnv('TMPDIR', folder);
  rig().begin(start('next'), 5000);
  expect(ended).toEqual([]);
});
