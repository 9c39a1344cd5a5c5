import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { fakeContext } from './tracing.fixture.ts';
import { observe } from './triggers/observe.fixture.ts';
import { TRACEPARENT } from './triggers/trigger.fixture.ts';

const RUNS = { numRuns: 1000 };

const names = ['traceparent', 'tracestate', 'baggage', 'b3', 'x-b3-traceid', 'x-amzn-trace-id'];

const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
const isZero = (id: string): boolean => /^0+$/.test(id);
const validParent = fc
  .tuple(hex(32), hex(16))
  .filter(([traceId, spanId]) => !isZero(traceId) && !isZero(spanId))
  .map(([traceId, spanId]) => ({ traceId, spanId, text: `00-${traceId}-${spanId}-01` }));

/** What is no trace context, however much it looks like one. */
const nonsense = fc.oneof(
  fc.anything(),
  fc.string(),
  fc.constantFrom(
    `ff${TRACEPARENT.slice(2)}`,
    TRACEPARENT.slice(0, -3),
    TRACEPARENT.replace(/-\w{16}-/, '-0000000000000000-'),
    TRACEPARENT.replace(/-\w{32}-/, `-${'0'.repeat(32)}-`),
    [[TRACEPARENT]],
    { toString: () => TRACEPARENT },
  ),
);

const plainEvent = fc.dictionary(
  fc.string().filter((key) => !names.includes(key.toLowerCase())),
  fc.jsonValue(),
  { maxKeys: 5 },
);

beforeAll(() => {
  process.env.OTEL_LOG_LEVEL = 'none';
  return () => {
    delete process.env.OTEL_LOG_LEVEL;
  };
});

it('takes any valid traceparent at the top of an unrecognised event for the parent', async () => {
  await fc.assert(
    fc.asyncProperty(plainEvent, validParent, async (event, { text, ...ids }) => {
      const { invocation } = await observe({ ...event, traceparent: text });
      expect(invocation.parentSpanContext).toMatchObject(ids);
    }),
    RUNS,
  );
});

it('takes nothing for a parent that is no valid context, wherever it stands', async () => {
  const places = [
    (fields: object) => fields,
    (fields: object) => ({ 'detail-type': 'placed', source: 'shop', detail: fields }),
    (fields: object) => ({ taskToken: 't', Execution: { Input: fields } }),
    (fields: object) => ({ requestContext: { condition: 'Success' }, requestPayload: fields }),
    (fields: object) => ({ triggerSource: 'PreSignUp_SignUp', userPoolId: 'p', request: { clientMetadata: fields } }),
  ];
  const fields = fc.dictionary(fc.constantFrom(...names), nonsense, { maxKeys: 6 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), plainEvent, fields, async (place, event, given) => {
      const { invocation } = await observe(place({ ...event, ...given }));
      expect(invocation.parentSpanContext).toBeUndefined();
    }),
    RUNS,
  );
});

it('finds a context in whatever form a client context may have, and survives one of any other form', async () => {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
  const forms = [
    (given: unknown) => ({ custom: given }),
    (given: unknown) => ({ Custom: given, client: {}, env: {} }),
    (given: unknown) => ({ custom: { subject: 'x' }, Custom: given }),
    (given: unknown) => ({ custom: encode(given) }),
    (given: unknown) => ({ custom: JSON.stringify(given) }),
    (given: unknown) => encode({ Custom: given }),
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...forms), validParent, fc.anything(), async (form, { text, ...ids }, other) => {
      const found = await observe({ id: 1 }, fakeContext({ clientContext: form({ traceparent: text }) }));
      expect(found.invocation.parentSpanContext).toMatchObject(ids);
      const lost = await observe({ id: 1 }, fakeContext({ clientContext: other }));
      expect(lost.invocation.parentSpanContext).toBeUndefined();
    }),
    RUNS,
  );
});
