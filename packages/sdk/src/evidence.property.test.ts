import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readBreadcrumb } from './breadcrumb.ts';
import { makeSpans } from './evidence.fixture.ts';
import { recordEvidence } from './evidence.ts';
import { splitBySize } from './otlp/encode.ts';

/** Any JSON, and objects that cannot be made a text of. */
const value = fc.oneof(fc.jsonValue(), fc.constant({ toString: 0, valueOf: null }));

/** Text that looks more or less like a breadcrumb. */
const crumb = fc
  .tuple(
    fc.nat(),
    fc.record({ at: value, peak: value, type: value, message: value }),
    fc.record(
      {
        traceId: fc.oneof(fc.constant('5b8aa5a2d2c872e8321cf37308d69df2'), value),
        spanId: fc.oneof(fc.constant('051581bf3cb55c13'), value),
        parentId: value,
        name: value,
        kind: value,
        start: fc.oneof(fc.nat(), value),
        deadline: value,
        attributes: value,
      },
      { requiredKeys: [] },
    ),
  )
  .map(([owed, sign, noted]) => `${owed}\n${JSON.stringify(sign)}\n${JSON.stringify(noted)}\n`);

it('records nothing, or a span that can be encoded, of whatever stands in the file', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), crumb), (text) => {
      const { ended, start } = makeSpans();
      recordEvidence(start('next'), readBreadcrumb(text), 128, 0);
      for (const span of ended) {
        expect([...splitBySize([span], 'protobuf')]).toMatchObject([{ dropped: 0 }]);
        expect(span.status.code).toBe(2);
      }
    }),
    { numRuns: 3000 },
  );
});
