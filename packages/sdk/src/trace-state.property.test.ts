import { TraceState } from '@opentelemetry/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pieces, RUNS } from './propagators.fixture.ts';
import { parseTraceState } from './trace-state.ts';

type Step = readonly [key: string, value: string | undefined];

const char = fc.constantFrom(...'abz09_-*/');
const key = fc.oneof(
  { arbitrary: fc.string({ unit: char, minLength: 1, maxLength: 6 }), weight: 6 },
  fc
    .tuple(fc.string({ unit: char, maxLength: 3 }), fc.string({ unit: char, maxLength: 15 }))
    .map((two) => two.join('@')),
  fc.constantFrom('a'.repeat(256), 'a'.repeat(257), `0${'a'.repeat(240)}@b`, `0${'a'.repeat(241)}@b`, 'B', ''),
);
const value = fc.oneof(
  { arbitrary: fc.string({ minLength: 1, maxLength: 20 }), weight: 6 },
  fc.constantFrom('v', 'v'.repeat(255), 'v'.repeat(256), 'v'.repeat(257), 'é', ' v', 'v '),
);
const members = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 40, size: 'max' });
const written = members.map((all) => all.map((member) => member.join('=')).join(', '));

describe('parseTraceState', () => {
  it('reads what the library reads', () => {
    const any = pieces('a=1', 'b@c=2', ',', ' , ', '=', 'a=', '\t', 'k'.repeat(250), `=${'v'.repeat(250)}`);
    fc.assert(
      fc.property(fc.oneof(written, any, fc.string()), (text) => {
        const [ours, library] = [parseTraceState(text), new TraceState(text)];
        expect(ours.serialize()).toBe(library.serialize());
        for (const name of ['a', 'b@c', 'k']) expect(ours.get(name)).toBe(library.get(name));
      }),
      RUNS,
    );
  });

  it('changes as the library changes, and leaves what it was made from', () => {
    const step: fc.Arbitrary<Step> = fc.tuple(key, fc.option(value, { nil: undefined }));
    const plan = fc.tuple(members, fc.array(step, { maxLength: 45, size: 'max' })).map(([start, steps]) => ({
      text: start.map((member) => member.join('=')).join(),
      // Keys of the start come up again, so that there is something to change.
      steps: steps.map(([name, changed], at): Step => [at % 2 ? (start[at]?.[0] ?? name) : name, changed]),
    }));
    fc.assert(
      fc.property(plan, ({ text, steps }) => {
        let [ours, library] = [parseTraceState(text), new TraceState(text)];
        for (const [name, changed] of steps) {
          const before = ours.serialize();
          const next = changed === undefined ? ours.unset(name) : ours.set(name, changed);
          library = changed === undefined ? library.unset(name) : library.set(name, changed);
          expect(ours.serialize()).toBe(before);
          expect(next.serialize()).toBe(library.serialize());
          expect(next.get(name)).toBe(library.get(name));
          ours = next;
        }
      }),
      RUNS,
    );
  });

  it('keeps 32 members and 512 characters, and takes no more', () => {
    const text = Array.from({ length: 33 }, (_, at) => `k${at}=v`);
    const full = parseTraceState(text.join());
    expect(full.serialize()).toBe(text.slice(0, 32).join());
    expect(full.set('new', 'v').serialize()).toBe(full.serialize());
    expect(full.set('k31', 'w').serialize()).toBe(['k31=w', ...text.slice(0, 31)].join());
    const long = parseTraceState(`a=${'v'.repeat(256)},b=${'v'.repeat(251)}`);
    expect(long.serialize()).toHaveLength(512);
    expect(long.set('c', 'v').serialize()).toBe(long.serialize());
    expect(long.unset('a').set('c', 'v').serialize()).toBe(`c=v,b=${'v'.repeat(251)}`);
  });

  it('counts a repeated key once, where the library counts what it dropped and then refuses members that fit', () => {
    const text = `a=${'v'.repeat(250)},a=${'w'.repeat(250)}`;
    expect(new TraceState(text).set('b', 'x'.repeat(100)).serialize()).toBe(`a=${'w'.repeat(250)}`);
    expect(parseTraceState(text).set('b', 'x'.repeat(100)).serialize()).toBe(
      `b=${'x'.repeat(100)},a=${'w'.repeat(250)}`,
    );
  });
});
