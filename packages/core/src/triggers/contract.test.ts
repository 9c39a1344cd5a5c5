import { describe, expect, it } from 'vitest';
import * as names from '../attributes.ts';
import { defaultSettings } from '../preset.ts';
import { recognise } from '../recognise.ts';
import { shared } from '../shared.ts';
import { fakeContext, invoke, recorder } from '../tracing.fixture.ts';
import type { BatchTrigger } from '../trigger.ts';
import { fixtures } from './all.fixture.ts';
import { builtInTriggers, unknownTrigger } from './index.ts';
import { observe } from './observe.fixture.ts';
import { TRACEPARENT } from './trigger.fixture.ts';

const known = new Set<string>(Object.values(names));
const [, TRACE_ID, SPAN_ID] = TRACEPARENT.split('-');
const CALLER = { traceId: TRACE_ID, spanId: SPAN_ID };

it('has a fixture for every trigger, and ids that are unique and kebab-case', () => {
  const ids = builtInTriggers.map(({ id }) => id);
  expect(new Set(fixtures.map(({ matches }) => matches[0] ?? 'unknown'))).toEqual(new Set([...ids, 'unknown']));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  expect(new Set(fixtures.map(({ name }) => name)).size).toBe(fixtures.length);
});

describe.each(fixtures)('$name', ({ event, matches, context: expected = 'none' }) => {
  const [id = 'unknown'] = matches;
  const trigger = recognise(event, defaultSettings);
  const { records } = trigger as Partial<BatchTrigger<unknown, unknown, unknown>>;

  it('is recognised by its own trigger, and matched by no other but those that stand behind it', () => {
    expect(trigger.id).toBe(id);
    expect(unknownTrigger.matches(event)).toBe(true);
    expect(builtInTriggers.filter((one) => one.matches(event)).map((one) => one.id)).toEqual(matches);
  });

  it('has spans with names of low cardinality and the attributes that attributes.ts names, and no trouble', async () => {
    const troubles = new Map(shared().troubles);
    const { invocation, batch, records: each } = await observe(event, fakeContext(), { statusCode: 200 });
    expect(shared().troubles).toEqual(troubles);
    const spans = [invocation, ...(batch ? [batch] : []), ...each];
    expect(spans.filter(({ ended, name }) => !ended || name.trim() === '')).toEqual([]);
    expect(spans.map(({ name }) => name).filter((name) => idsIn(event).some((one) => name.includes(one)))).toEqual([]);
    const written = spans.flatMap(({ attributes }) => Object.entries(attributes));
    expect(written.filter(([name, value]) => !known.has(name) || value === undefined || value === '')).toEqual([]);
    expect(each).toHaveLength(records?.list(event).length ?? 0);
  });

  it(`makes of its trace context: ${expected}`, async () => {
    const { invocation, batch, records: each } = await observe(event);
    const parent = expected === 'parent' ? expect.objectContaining(CALLER) : undefined;
    expect(invocation.parentSpanContext).toEqual(parent);
    const links = [invocation, ...(batch ? [batch] : []), ...each].flatMap((span) => span.links);
    const toCaller = links.filter(({ context: { traceId, spanId } }) => traceId === TRACE_ID && spanId === SPAN_ID);
    expect(toCaller.length > 0).toBe(expected === 'link');
  });

  it('gives every record an id', () => {
    const ids = records?.list(event).map((record) => records.id(record)) ?? [];
    expect(ids.filter((one) => typeof one !== 'string' || one === '')).toEqual([]);
  });

  it('is the same before and after the invocation, frozen or not', async () => {
    const copy = structuredClone(event);
    const { lambda } = recorder();
    const handler = lambda(async (given: unknown) => given);
    expect(await invoke(handler, event, fakeContext())).toBe(event);
    await observe(event);
    expect(event).toEqual(copy);
    const frozen = deepFreeze(structuredClone(event));
    expect(await invoke(handler, frozen, fakeContext())).toBe(frozen);
    await observe(frozen);
  });

  it('is recognised in less than 50 us', () => {
    const rounds = [1, 2, 3, 4].map(() => meanUs(() => recognise(event, defaultSettings), 500));
    // The best of the rounds: others share the machine.
    expect(Math.min(...rounds)).toBeLessThan(50);
  });
});

/** Strings of an event that look like ids: eight hex digits or four digits in a row, ARNs aside. */
function idsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.match(/[\w-]*(?:[\da-f]{8}|\d{4})[\w-]*/gi) ?? [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(idsIn) : [];
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const part of Object.values(Object.freeze(value))) deepFreeze(part);
  return value;
}

function meanUs(fn: () => unknown, times: number): number {
  const started = performance.now();
  for (let done = 0; done < times; done += 1) fn();
  return ((performance.now() - started) * 1000) / times;
}
