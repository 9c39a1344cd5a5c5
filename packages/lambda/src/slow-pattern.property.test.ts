import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSlow } from './slow-pattern.ts';

it.each([
  [/(a+)+$/],
  [/^(a|a)*$/],
  [/(\w+\s?)*$/],
  [/(x+x+)+y/],
  [/secret=(a+)+;/],
  [/([a-z]+)*@/],
  [/.*.*.*=/],
  [/\s*\s*\s*x/],
  [/(\d+)+-/],
  [/(?:[\w.]+)+@/],
  [/(.*)*x/],
  [/\bcust-(\d+)*\d+z/],
  [/(?:a|aa)+$/],
  [/([^=]+)+=/y],
])('finds %s slow, in no time', (pattern) => {
  const startedAtMs = performance.now();
  expect(isSlow(pattern)).toBe(true);
  expect(performance.now() - startedAtMs).toBeLessThan(2000);
});

it.each([
  [/[\w.+-]+@[\w-]+\.[\w.]+/g],
  [/[A-Z0-9._%+-]+@[A-Z0-9.-]+\.[A-Z]{2,}/i],
  [/\b\d{3}-\d{2}-\d{4}\b/],
  [/\b[A-Z]{2}\d{2}[ ]?(?:\w{4}[ ]?){2,7}\w{1,4}\b/],
  [/cust_[a-z0-9]{12}/y],
  [/^.*secret.*$/s],
  [/(?<=id=)\d+/],
  [/\p{L}+/u],
  [/a{1,500}b/],
  [/x*/],
  [/(?:)/],
])('finds %s fast', (pattern) => {
  expect(isSlow(pattern)).toBe(false);
});

it('finds a repetition of a repetition, whatever is repeated', () => {
  const letter = fc.constantFrom('a', 'q', 'Z', '7', '-', '=', '\\d', '\\w', '[a-f]', '[^x]', 'ab', '(?:a|b)');
  const before = fc.constantFrom('', 'id=', '^', 'key: ');
  fc.assert(
    fc.property(before, letter, (start, piece) => {
      expect(isSlow(new RegExp(`${start}(?:(?:${piece})+)+\u0001`))).toBe(true);
    }),
    { numRuns: 40 },
  );
});
