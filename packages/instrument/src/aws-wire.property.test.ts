import { trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openOperation, readErrorBody, readHead } from './aws-operation.ts';
import { readAws, readBody } from './aws-wire.ts';

const NAMES = [
  'amz-sdk-invocation-id',
  'amz-sdk-request',
  'x-amz-target',
  'authorization',
  'user-agent',
  'content-type',
];
const ODD = [
  'attempt=x; max=',
  ' api/',
  'AWS4 Credential=//',
  'a.',
  '.',
  '%E0%A4%A',
  '/2015-03-31/functions/%ZZ/invocations',
];
const odd = fc.oneof(fc.string(), fc.constantFrom(...ODD), fc.string({ unit: 'binary' }));
const operation = () =>
  openOperation(trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }), {} as never, false);

it('reads any headers, paths and hosts without a throw, and names what is an operation', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...NAMES), odd), odd, odd, odd, (headers, method, path, host) => {
      const found = readAws((name) => headers[name], { method, path, host, protocol: 'https:', port: 443 });
      const isOperation = 'amz-sdk-invocation-id' in headers || 'x-amz-target' in headers;
      expect(found !== undefined).toBe(isOperation);
      if (found !== undefined) expect([typeof found.name, typeof found.attempt]).toEqual(['string', 'number']);
    }),
    { numRuns: 500 },
  );
});

it('reads any body, of a request or of an error, without a throw', () => {
  const body = fc.oneof(
    odd,
    fc.uint8Array(),
    fc.json(),
    fc.anything(),
    odd.map((value) => `Action=Publish&TopicArn=${value}`),
  );
  fc.assert(
    fc.property(body, (chunk) => {
      expect(typeof readBody(chunk).attributes).toBe('object');
      readErrorBody(operation(), chunk);
    }),
    { numRuns: 500, examples: [[[{ toString: false }]]] },
  );
});

it('reads any head of a response without a throw', () => {
  fc.assert(
    fc.property(fc.integer(), odd, (statusCode, value) => {
      expect(typeof readHead(operation(), statusCode, () => value)).toBe('boolean');
    }),
  );
});
