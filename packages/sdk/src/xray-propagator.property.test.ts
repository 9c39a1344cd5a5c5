import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  isSpanContextValid,
  ROOT_CONTEXT,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { xrayPropagator } from './xray-propagator.ts';

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
    .filter((id) => /[^0]/.test(id));

const lineage = fc.option(fc.string({ unit: fc.constantFrom(...'0123456789abcdef:|'), maxLength: 60 }), {
  nil: undefined,
});

it('gives back what it wrote, lineage and all', () => {
  fc.assert(
    fc.property(hex(32), hex(16), fc.boolean(), lineage, (traceId, spanId, sampled, kept) => {
      const start = `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=${sampled ? 1 : 0}`;
      const header = kept === undefined ? start : `${start};Lineage=${kept}`;
      const context = extract(header);
      expect(trace.getSpanContext(context)).toStrictEqual({
        traceId,
        spanId,
        traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
        isRemote: true,
      });
      const carrier: Record<string, string> = {};
      xrayPropagator.inject(context, carrier, defaultTextMapSetter);
      expect(carrier).toStrictEqual({ 'X-Amzn-Trace-Id': header });
    }),
  );
});

it('takes any header without throwing, and reads a valid parent or none', () => {
  const part = fc.oneof(
    fc.string(),
    fc.constantFrom(
      ';',
      '=',
      'Root=1-',
      '5759e988-bd862e3fe1be46a994272793',
      'Parent=',
      '53995c3f42cd8ad8',
      'Sampled=1',
    ),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const spanContext = trace.getSpanContext(extract(parts.join('')));
      expect(spanContext === undefined || isSpanContextValid(spanContext)).toBe(true);
    }),
  );
});

function extract(header: string): ReturnType<typeof xrayPropagator.extract> {
  return xrayPropagator.extract(ROOT_CONTEXT, { 'x-amzn-trace-id': header }, defaultTextMapGetter);
}
