import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readBreadcrumb } from './breadcrumb.ts';
import { makeSpans } from './evidence.fixture.ts';
import { recordEvidence } from './evidence.ts';
import { splitBySize } from './otlp/encode.ts';

/** Text that looks more or less like a breadcrumb. */
const crumb = fc
  .tuple(
    fc.nat(),
    fc.record({ at: fc.jsonValue(), peak: fc.jsonValue(), type: fc.jsonValue(), message: fc.jsonValue() }),
    fc.record(
      {
        traceId: fc.oneof(fc.constant('5b8aa5a2d2c872e8321cf37308d69df2'), fc.jsonValue()),
        spanId: fc.oneof(fc.constant('051581bf3cb55c13'), fc.jsonValue()),
        parentId: fc.jsonValue(),
        name: fc.jsonValue(),
        kind: fc.jsonValue(),
        start: fc.oneof(fc.nat(), fc.jsonValue()),
        deadline: fc.jsonValue(),
        attributes: fc.jsonValue(),
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
    { numRuns: 1000 },
  );
});
