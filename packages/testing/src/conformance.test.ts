import { expect, it } from 'vitest';
import { conformance } from './conformance.ts';
import type { TreeSpan } from './span-tree.ts';

const span = (parts: Partial<TreeSpan>): TreeSpan => ({
  traceId: '1',
  spanId: '1',
  name: 'shop',
  kind: 'SERVER',
  startUnixNano: 0n,
  durationMs: 1,
  attributes: {},
  links: [],
  status: { code: 'UNSET' },
  ...parts,
});
const run = (...spans: readonly TreeSpan[]) => ({ spans: { spans } });
const preset = { enforce: { attributes: { company: 'acme', tags: ['a'] }, require: ['team'] } };
const good = { company: 'acme', tags: ['a'], team: 'shop' };

it('finds nothing where every rule is kept', () => {
  const rules = { require: ['tags'], forbid: ['email'], attributeNames: /^[a-z.]+$/g, spanNames: /./, maxSpans: 2 };
  const acme = conformance(preset, rules);
  const kept = run(span({ attributes: good }), span({ kind: 'CLIENT', name: 'GET' }));
  expect(acme.violations(kept)).toEqual([]);
  expect(() => acme.check(kept)).not.toThrow();
});

it.each([
  ['a required attribute is missing', { company: 'acme', tags: ['a'] }, {}, ['the span shop has no team']],
  [
    'an enforced attribute is another',
    { ...good, company: 'other' },
    {},
    ['the span shop has company "other", not "acme"'],
  ],
  ['an enforced attribute is missing', { tags: ['a'], team: 1 }, {}, ['the span shop has company missing, not "acme"']],
  ['a further attribute is missing', good, { require: ['tier'] }, ['the span shop has no tier']],
  ['a name is forbidden', good, { forbid: ['team'] }, ['the span shop has the forbidden team']],
  [
    'a pattern is forbidden',
    good,
    { forbid: [/^t/g] },
    ['the span shop has the forbidden tags', 'the span shop has the forbidden team'],
  ],
  [
    'an attribute is named against the rule',
    good,
    { attributeNames: /^(company|team)$/ },
    ['the name of tags on the span shop breaks the rule'],
  ],
  ['a span is named against the rule', good, { spanNames: /^[A-Z]/ }, ['the name of the span shop breaks the rule']],
  ['there are too many spans', good, { maxSpans: 0 }, ['there are 1 spans, and 0 are allowed']],
])('says when %s', (_what, attributes, rules, violations) => {
  expect(conformance(preset, rules).violations(run(span({ attributes })))).toEqual(violations);
});

it('finds what is forbidden in links and in log lines as well', () => {
  const links = [{ attributes: { email: 'a@example.com' } }, {}];
  const logs = [{ message: 'ordered', email: 'a@example.com', id: 1 }, { email: '[REDACTED]' }];
  const told = { ...run(span({ attributes: good, links })), logs };
  expect(conformance(preset, { forbid: ['email'] }).violations(told)).toEqual([
    'a link of the span shop has the forbidden email',
    'the log line "ordered" has the forbidden email',
  ]);
});

it('says when the handler was not wrapped, and throws all at once', () => {
  const acme = conformance({}, { maxSpans: 0 });
  expect(() => acme.check(run(span({ kind: 'CLIENT' })))).toThrow(
    '[not_conformant] The function breaks rules of its company: there is no span of an invocation: wrap the handler; ' +
      'there are 1 spans, and 0 are allowed.',
  );
});
