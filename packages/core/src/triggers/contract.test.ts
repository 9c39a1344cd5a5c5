import { describe, expect, it } from 'vitest';
import * as names from '../attributes.ts';
import { defaultSettings } from '../preset.ts';
import { recognise } from '../recognise.ts';
import { fakeContext, invoke, recorder } from '../tracing.fixture.ts';
import type { BatchTrigger } from '../trigger.ts';
import { fixtures } from './all.fixture.ts';
import { builtInTriggers, unknownTrigger } from './index.ts';

const known = new Set<string>(Object.values(names));

it('has a fixture for every trigger, and ids that are unique and kebab-case', () => {
  const ids = builtInTriggers.map(({ id }) => id);
  expect(new Set(fixtures.map(({ matches }) => matches[0]))).toEqual(new Set(ids));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id))).toEqual([]);
});

describe.each(fixtures)('$name', ({ event, matches }) => {
  const trigger = recognise(event, defaultSettings);
  const { records } = trigger as BatchTrigger<unknown, unknown, unknown>;

  it('is recognised by its own trigger, and matched by no other but those that stand behind it', () => {
    expect(trigger.id).toBe(matches[0]);
    expect(unknownTrigger.matches(event)).toBe(true);
    expect(builtInTriggers.filter((one) => one.matches(event)).map(({ id }) => id)).toEqual(matches);
  });

  it('writes only attributes that attributes.ts names, each with a value', () => {
    const written = [
      trigger.plan(event, fakeContext()).attributes,
      trigger.judge?.({ statusCode: 500 }, event).attributes ?? {},
      records?.attributes?.(event) ?? {},
      ...(records?.list(event) ?? []).map((record) => records.plan?.(record).attributes ?? {}),
    ].flatMap(Object.entries);
    expect(written.filter(([name, value]) => !known.has(name) || value === undefined || value === '')).toEqual([]);
  });

  it('gives every record an id, and answers with the ids that failed', () => {
    if (records === undefined) return expect(trigger.records).toBeUndefined();
    const ids = records.list(event).map((record) => records.id(record));
    expect(ids.filter((id) => id === '')).toEqual([]);
    expect(records.respond?.(ids)).toEqual({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });
  });

  it('is the same before and after the invocation, frozen or not', async () => {
    const copy = structuredClone(event);
    const { lambda, spans } = recorder();
    const handler = lambda(async (given: unknown) => given);
    expect(await invoke(handler, event, fakeContext())).toBe(event);
    expect(event).toEqual(copy);
    const frozen = deepFreeze(structuredClone(event));
    expect(await invoke(handler, frozen, fakeContext())).toBe(frozen);
    expect(
      spans()
        .filter(({ status }) => status.code === 2)
        .map(({ status }) => status),
    ).toEqual(matches[0]?.includes('rest') || matches[0] === 'alb' ? [{ code: 2 }, { code: 2 }] : []);
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const part of Object.values(Object.freeze(value))) deepFreeze(part);
  return value;
}
