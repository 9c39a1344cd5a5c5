import { TraceFlags } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatXray, parseXray } from './xray.ts';

const ROOT = 'Root=1-5759e988-bd862e3fe1be46a994272793';
const PARENT = 'Parent=53995c3f42cd8ad8';

it('takes a header apart, in any order, case and spacing', () => {
  const header =
    ' parent=53995C3F42CD8AD8 ; ROOT=1-5759E988-BD862E3FE1BE46A994272793;Sampled=1; Lineage=a87bd80c:1|68fd508a:5;Self=1-2';
  expect(parseXray(header)).toEqual({
    spanContext: {
      traceId: '5759e988bd862e3fe1be46a994272793',
      spanId: '53995c3f42cd8ad8',
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    },
    sampled: true,
    lineage: 'a87bd80c:1|68fd508a:5',
  });
});

it.each([
  ['1', true],
  ['0', false],
  ['?', undefined],
  ['constructor', undefined],
  ['__proto__', undefined],
])('reads Sampled=%s as %s', (text, sampled) => {
  const header = parseXray(`${ROOT};${PARENT};Sampled=${text}`);
  expect([header?.sampled, header?.spanContext.traceFlags]).toEqual([sampled, sampled === true ? 1 : 0]);
});

it.each([
  undefined,
  null,
  7,
  '',
  ROOT,
  PARENT,
  `${ROOT};Parent=`,
  `${ROOT};Parent=xyz`,
  `Root=1-1-2;${PARENT}`,
  `Root=1-00000000-000000000000000000000000;${PARENT}`,
  `${ROOT};Parent=0000000000000000`,
  `${ROOT};${PARENT};Pad=${'x'.repeat(2000)}`,
])('reads nothing from %j', (header) => {
  expect(parseXray(header)).toBeUndefined();
});

it('never throws, whatever it is given', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.string({ unit: 'binary' })), (header) => {
      expect(parseXray(header)).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});

it('writes what it reads', () => {
  const hex = (length: number) =>
    fc
      .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
      .filter((id) => /[1-9a-f]/.test(id));
  const lineage = fc.option(fc.constantFrom('a87bd80c:1', 'a87bd80c:1|68fd508a:5'), { nil: undefined });
  fc.assert(
    fc.property(hex(32), hex(16), fc.constantFrom(0, 1), lineage, (traceId, spanId, traceFlags, given) => {
      const spanContext = { traceId, spanId, traceFlags, isRemote: true };
      expect(parseXray(formatXray(spanContext, given))).toEqual({
        spanContext,
        sampled: traceFlags === 1,
        lineage: given,
      });
    }),
    { numRuns: 200 },
  );
});
