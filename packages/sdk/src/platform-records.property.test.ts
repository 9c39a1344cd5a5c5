import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readRecords } from './platform-records.ts';

const record = fc.record({
  type: fc.constantFrom('platform.report', 'platform.initReport', 'function'),
  record: fc.oneof(fc.jsonValue(), fc.record({ requestId: fc.jsonValue(), metrics: fc.jsonValue() })),
});

it('yields finite figures and texts alone, whatever is posted', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.array(record).map((list) => JSON.stringify(list)),
      ),
      (body) => {
        const { initMs, report } = readRecords(body);
        for (const value of [initMs, ...Object.values(report ?? {})]) {
          expect(value === undefined || typeof value === 'string' || (Number.isFinite(value) && value >= 0)).toBe(true);
        }
      },
    ),
  );
});
