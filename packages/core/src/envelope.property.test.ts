import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { attributesCarrier } from './carrier.ts';
import { base64Text, MAX_PAYLOAD_LENGTH } from './decode.ts';
import { unwrap } from './envelope.ts';
import { busEvent, snsBody } from './triggers/queues.fixture.ts';
import { TRACEPARENT } from './triggers/trigger.fixture.ts';

const RUNS = 2000;

/** JSON that uses the words of envelopes in all the wrong places. */
const word = fc.constantFrom(
  ...['Type', 'Notification', 'Message', 'MessageAttributes', 'Records', 'Sns', 'eventSource', 'aws:s3', 'source'],
  ...['detail-type', 'detail', 'version', 'mail', 'messageId', 'notificationType', 'traceparent', 'tracestate'],
  ...['__proto__', 'toString', 'constructor', 'messageType', 'DATA_MESSAGE', 'awsRegion', 'aws.s3', TRACEPARENT],
);
const { tree: json } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, depthSize: 'small' },
    fc.oneof(word, fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc
      .array(fc.tuple(fc.oneof(word, fc.string()), tie('tree')), { maxLength: 6 })
      .map((pairs) => Object.fromEntries(pairs)),
    tie('tree').map((inner) => JSON.stringify(inner)),
  ),
}));

function check(payload: unknown): void {
  const { sources, carriers } = unwrap(payload);
  expect(sources.length).toBeLessThanOrEqual(5);
  const names = ['sns', 'eventbridge', 's3', 'ses', 'dynamodb', 'cloudwatch-logs'];
  expect(sources.filter((source) => !names.includes(source))).toEqual([]);
  expect(carriers.length).toBeLessThanOrEqual(sources.length + 1);
}

it('opens any text and any JSON without throwing, five deep at most, under known names', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        json,
        json.map((value) => JSON.stringify(value)),
        fc.string(),
      ),
      check,
    ),
    { numRuns: RUNS },
  );
});

it('opens cut and mutated envelopes without throwing', () => {
  const real = [snsBody(), snsBody({ Message: JSON.stringify(busEvent()) }), JSON.stringify(busEvent())];
  const cut = fc.tuple(fc.constantFrom(...real), fc.nat(2000), fc.nat(2000), fc.string({ maxLength: 5 }));
  fc.assert(
    fc.property(
      cut.map(([text, from, count, filler]) => text.slice(0, from) + filler + text.slice(from + count)),
      check,
    ),
    { numRuns: RUNS },
  );
});

it('finds the context of the innermost message through any envelopes', () => {
  const layer = fc.constantFrom<(inner: string) => string>(
    (inner) => snsBody({ Message: inner, MessageAttributes: {} }),
    (inner) => JSON.stringify(busEvent({ detail: JSON.parse(inner) })),
  );
  fc.assert(
    fc.property(fc.array(layer, { maxLength: 4 }), fc.jsonValue(), (layers, value) => {
      const message = JSON.stringify({ value, traceparent: TRACEPARENT });
      const { carriers, sources } = unwrap(layers.reduce((inner, wrap) => wrap(inner), message));
      expect(sources).toHaveLength(layers.length);
      expect(carriers.at(-1)).toMatchObject({ traceparent: TRACEPARENT });
    }),
  );
});

it('decodes what base64 holds, gzip or not, and nothing that is too long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.boolean(), (text, zipped) => {
      const bytes = Buffer.from(text);
      const clean = bytes.toString();
      const data = (zipped ? gzipSync(bytes) : bytes).toString('base64');
      const decoded = base64Text(data);
      // The head of a stream that does not compress ends early.
      if (zipped && data.length > 600)
        expect(decoded === undefined || clean.startsWith(decoded.slice(0, 50))).toBe(true);
      else if (zipped || !data.startsWith('H4sI')) expect(decoded).toBe(clean);
    }),
    { numRuns: RUNS },
  );
  fc.assert(
    fc.property(fc.anything(), (data) => {
      expect((base64Text(data) ?? '').length).toBeLessThanOrEqual(MAX_PAYLOAD_LENGTH);
    }),
  );
});

it('makes a carrier of texts from any attributes', () => {
  const value = fc.oneof(
    fc.anything(),
    fc.array(fc.integer()),
    fc.record({ bytes: fc.anything() }),
    fc.record({ Type: fc.constantFrom('String', 'Binary', 'x'), Value: fc.anything() }),
    fc.record({ stringValue: fc.anything(), binaryValue: fc.anything() }, { requiredKeys: [] }),
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.dictionary(fc.string(), value)), (attributes) => {
      const texts = Object.values(attributesCarrier(attributes));
      expect(texts.filter((text) => text !== undefined && typeof text !== 'string')).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});
