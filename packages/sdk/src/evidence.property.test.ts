import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readCrumb } from './breadcrumb.ts';
import { evidenceSpan } from './evidence.ts';
import { splitBySize } from './otlp/encode.ts';

const scene = { resource: { attributes: {} }, scope: { name: 'test' }, startedAtMs: 0, memoryMb: 128 };

/** Text that looks more or less like a breadcrumb. */
const crumb = fc
  .record(
    {
      traceId: fc.oneof(fc.constant('5b8aa5a2d2c872e8321cf37308d69df2'), fc.anything()),
      spanId: fc.oneof(fc.constant('051581bf3cb55c13'), fc.anything()),
      parentId: fc.anything(),
      name: fc.anything(),
      kind: fc.anything(),
      startTime: fc.oneof(fc.tuple(fc.nat(), fc.nat()), fc.anything()),
      deadlineMs: fc.anything(),
      peakKb: fc.anything(),
      attributes: fc.anything(),
    },
    { requiredKeys: [] },
  )
  .chain((record) =>
    fc
      .tuple(fc.constantFrom('r', 'h', 'w', 'u', 'x', 's', 'e', '?'), fc.nat(), fc.json())
      .map(([phase, count, last]) => `${phase}${count}\n${stringify(record)}\n${last}\n`),
  );

it('makes nothing, or a span that can be encoded, of whatever stands in the file', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), crumb), (text) => {
      const span = evidenceSpan(readCrumb(text), scene);
      if (span === undefined) return;
      expect([...splitBySize([span], 'protobuf')]).toMatchObject([{ dropped: 0 }]);
      expect(span.status.code).toBe(2);
    }),
  );
});

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '{}';
  }
}
