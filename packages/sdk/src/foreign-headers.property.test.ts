import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { linksOf } from '@tracelet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complaintsOf } from './env.fixture.ts';
import { type ForeignVendor, foreignHeaders } from './foreign-headers.ts';
import { type Carrier, hex, hostile, pieces } from './propagators.fixture.ts';
import { makePropagator } from './propagators.ts';

const TRACE = '640cfd8d00000000a8b3ef7c12d45609';
const SPAN = '53995c3f42cd8ad8';

/** What a carrier's headers become: `traceId:spanId:flags` of each link, as the process's propagator reads them. */
function linksIn(carrier: Carrier, ...vendors: readonly (readonly ForeignVendor[])[]): readonly string[] {
  const propagator = makePropagator(['tracecontext', 'baggage'], [foreignHeaders(...vendors)]);
  const links = linksOf(propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));
  return links.map(({ traceId, spanId, traceFlags, isRemote }) => `${traceId}:${spanId}:${traceFlags}:${isRemote}`);
}

const newrelicOf = (d: unknown): string => Buffer.from(JSON.stringify({ v: [0, 1], d })).toString('base64');
const decimal = (digits: string): string => BigInt(`0x${digits}`).toString();

const datadog = {
  'x-datadog-trace-id': decimal(TRACE.slice(16)),
  'x-datadog-parent-id': decimal(SPAN),
  'x-datadog-sampling-priority': '1',
};
const tags = { 'x-datadog-tags': '_dd.p.dm=-1,_dd.p.tid=640cfd8d00000000' };
const newrelic = { ty: 'App', ac: '1', ap: '2', id: SPAN, tr: TRACE, pr: 1.2, sa: true, ti: 1_700_000_000_000 };
const LINK = `${TRACE}:${SPAN}:1:true`;
const UNSAMPLED = `${TRACE}:${SPAN}:0:true`;
const SHORT = `0000000000000000${TRACE.slice(16)}:${SPAN}:1:true`;

describe('foreignHeaders', () => {
  it.each<[string, Carrier, string]>([
    ['Datadog', { ...datadog, ...tags }, LINK],
    ['Datadog with a trace id of 64 bits', datadog, SHORT],
    ['Datadog that keeps by rule', { ...datadog, ...tags, 'x-datadog-sampling-priority': '2' }, LINK],
    ['Datadog that drops', { ...datadog, ...tags, 'x-datadog-sampling-priority': '-1' }, UNSAMPLED],
    ['Datadog without a decision', { ...datadog, ...tags, 'x-datadog-sampling-priority': undefined }, UNSAMPLED],
    ['Datadog with tags of which none is the trace id', { ...datadog, 'x-datadog-tags': '_dd.p.tid=12' }, SHORT],
    ['Sentry', { 'sentry-trace': `${TRACE}-${SPAN}-1` }, LINK],
    ['Sentry that drops', { 'sentry-trace': `${TRACE}-${SPAN}-0` }, UNSAMPLED],
    ['Sentry without a decision', { 'sentry-trace': ` ${TRACE}-${SPAN}` }, UNSAMPLED],
    ['Sentry that defers', { 'sentry-trace': `${TRACE}-${SPAN}-` }, UNSAMPLED],
    ['Elastic', { 'elastic-apm-traceparent': `00-${TRACE}-${SPAN}-01` }, LINK],
    ['Elastic that drops', { 'elastic-apm-traceparent': `00-${TRACE}-${SPAN}-00` }, UNSAMPLED],
    ['a later version of Elastic', { 'elastic-apm-traceparent': `01-${TRACE.toUpperCase()}-${SPAN}-03-more` }, LINK],
    ['New Relic', { newrelic: newrelicOf(newrelic) }, LINK],
    ['New Relic that drops', { newrelic: newrelicOf({ ...newrelic, sa: false }) }, UNSAMPLED],
    ['New Relic with a trace id of 64 bits', { newrelic: newrelicOf({ ...newrelic, tr: TRACE.slice(16) }) }, SHORT],
    ['a list of values, of which the first counts', { 'sentry-trace': [`${TRACE}-${SPAN}-1`, 'other'] }, LINK],
  ])('reads the headers of %s as a link', (_of, carrier, link) => {
    expect(linksIn(carrier)).toStrictEqual([link]);
  });

  it.each<[string, Carrier]>([
    ['without headers', {}],
    ['of Datadog without a span', { 'x-datadog-trace-id': '7' }],
    ['of Datadog whose root span is 0', { ...datadog, 'x-datadog-parent-id': '0' }],
    ['of Datadog beyond 64 bits', { ...datadog, 'x-datadog-trace-id': '18446744073709551616' }],
    ['of Datadog in hex', { ...datadog, 'x-datadog-trace-id': '0x1f' }],
    ['of Sentry with zeros', { 'sentry-trace': `${'0'.repeat(32)}-${SPAN}-1` }],
    ['of Sentry with more', { 'sentry-trace': `${TRACE}-${SPAN}-1-2` }],
    ['of Elastic without flags', { 'elastic-apm-traceparent': `00-${TRACE}-${SPAN}` }],
    ['of New Relic without a span', { newrelic: newrelicOf({ ...newrelic, id: undefined }) }],
    ['of New Relic with numbers', { newrelic: newrelicOf({ ...newrelic, id: 7 }) }],
    ['of New Relic without data', { newrelic: newrelicOf(undefined) }],
    ['of New Relic that is no object', { newrelic: Buffer.from('null').toString('base64') }],
    ['of New Relic that is no JSON', { newrelic: '%%%' }],
  ])('makes nothing of a carrier %s', (_of, carrier) => {
    expect(linksIn(carrier)).toStrictEqual([]);
  });

  it('reads the vendors that it is given, in their order and each once', () => {
    const carrier = { ...datadog, 'sentry-trace': `${TRACE}-${SPAN}-0`, newrelic: newrelicOf(newrelic) };
    expect(linksIn(carrier)).toStrictEqual([SHORT, UNSAMPLED, LINK]);
    expect(linksIn(carrier, ['newrelic', 'sentry', 'newrelic'])).toStrictEqual([LINK, UNSAMPLED]);
    expect(linksIn(carrier, [])).toStrictEqual([]);
  });

  it('says which vendors there are when it is given another, and reads the rest', () => {
    const carrier = { 'sentry-trace': `${TRACE}-${SPAN}-1` };
    const { result, complaints } = complaintsOf(() => linksIn(carrier, ['sentry', 'constructor' as ForeignVendor]));
    expect(result).toStrictEqual([LINK]);
    expect(complaints).toStrictEqual([
      {
        code: 'unknown_vendor',
        message: 'tracelet: foreignHeaders was given a vendor that it does not know',
        remedy: 'Name datadog, sentry, elastic or newrelic; the others are left out.',
      },
    ]);
  });

  it('makes no parent, writes no header and claims none', () => {
    const propagator = foreignHeaders();
    const carrier = { ...datadog, 'sentry-trace': `${TRACE}-${SPAN}-1` };
    const context = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
    expect(trace.getSpanContext(context)).toBeUndefined();
    const written = {};
    const span = { traceId: TRACE, spanId: SPAN, traceFlags: 1 };
    propagator.inject(trace.setSpanContext(context, span), written, defaultTextMapSetter);
    expect([written, propagator.fields()]).toStrictEqual([{}, []]);
  });

  it('finds every pair of ids again, whatever vendor wrote it', () => {
    const pair = fc.tuple(hex(32), hex(16), fc.boolean());
    const isZero = (text: string): boolean => /^0*$/.test(text);
    fc.assert(
      fc.property(pair, ([traceId, spanId, sampled]) => {
        fc.pre(!isZero(traceId) && !isZero(spanId));
        const flag = Number(sampled);
        const carriers: Record<ForeignVendor, Carrier> = {
          datadog: {
            'x-datadog-trace-id': decimal(traceId.slice(16)),
            'x-datadog-parent-id': decimal(spanId),
            'x-datadog-sampling-priority': `${flag}`,
            'x-datadog-tags': `_dd.p.tid=${traceId.slice(0, 16)}`,
          },
          sentry: { 'sentry-trace': `${traceId}-${spanId}-${flag}` },
          elastic: { 'elastic-apm-traceparent': `00-${traceId}-${spanId}-0${flag}` },
          newrelic: { newrelic: newrelicOf({ tr: traceId, id: spanId, sa: sampled }) },
        };
        for (const carrier of Object.values(carriers)) {
          expect(linksIn(carrier)).toStrictEqual([`${traceId}:${spanId}:${flag}:true`]);
        }
      }),
    );
  });

  it('reads anything without an error, as valid links or none', () => {
    const names = [...Object.keys(datadog), 'x-datadog-tags', 'sentry-trace', 'elastic-apm-traceparent', 'newrelic'];
    const text = pieces('0', '00', '-', '1', ',', '_dd.p.tid=', TRACE, SPAN, 'eyJkIjp7fX0=', '18446744073709551615');
    const value = fc.oneof(text, hostile(text), fc.anything().map(newrelicOfAnything));
    const carrier = fc.dictionary(fc.constantFrom(...names), value);
    fc.assert(
      fc.property(carrier, (given) => {
        for (const link of linksIn(given))
          expect(link).toMatch(/^(?!0{32})[\da-f]{32}:(?!0{16})[\da-f]{16}:[01]:true$/);
      }),
      { numRuns: 3_000 },
    );
  });
});

function newrelicOfAnything(d: unknown): string {
  try {
    return newrelicOf(d);
  } catch {
    // A bigint or a cycle.
    return '';
  }
}
