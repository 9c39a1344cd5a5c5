import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Carried, Shape } from './aws-service.ts';
import { services } from './services.ts';

const carried: Carried = [
  ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  ['baggage', 'tenant=7'],
];
const operations: readonly (readonly [string, string])[] = [
  ['sqs', 'SendMessage'],
  ['sqs', 'SendMessageBatch'],
  ['sns', 'Publish'],
  ['sns', 'PublishBatch'],
  ['eventbridge', 'PutEvents'],
  ['kinesis', 'PutRecord'],
  ['kinesis', 'PutRecords'],
  ['firehose', 'PutRecordBatch'],
  ['lambda', 'Invoke'],
  ['sfn', 'StartExecution'],
  ['s3', 'PutObject'],
  ['dynamodb', 'PutItem'],
  ['dynamodb', 'BatchWriteItem'],
  ['dynamodb', 'TransactWriteItems'],
];
const keys = fc.constantFrom(
  ...[
    'MessageBody',
    'Message',
    'MessageAttributes',
    'Entries',
    'PublishBatchRequestEntries',
    'Detail',
    'Records',
    'Record',
  ],
  ...[
    'Data',
    'ClientContext',
    'input',
    'Metadata',
    'Item',
    'RequestItems',
    'TransactItems',
    'Put',
    'PutRequest',
    'Key',
  ],
);
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.anything(),
    fc.json(),
    fc.uint8Array(),
    fc.json().map((json) => new Uint8Array(Buffer.from(json))),
    fc.dictionary(keys, tie('value')),
    fc.array(tie('value')),
  ),
})).value;

it('never throws, and never changes what it is given', () => {
  fc.assert(
    fc.property(fc.constantFrom(...operations), fc.dictionary(keys, anything), ([service, operation], input) => {
      const { describe, inject, result } = services[service] ?? {};
      deepFreeze(input);
      describe?.(operation, input as Shape);
      inject?.(operation, input as Shape, carried);
      result?.(operation, input as Shape, input as Shape);
    }),
    { numRuns: 300 },
  );
});

it('keeps every member of a JSON payload, and adds the context', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 2), (payload, space) => {
      const text = JSON.stringify(payload, undefined, space);
      const { input } = services.sfn?.inject?.('StartExecution', { input: text }, carried) ?? {};
      const expected = 'traceparent' in payload ? payload : { ...Object.fromEntries(carried), ...JSON.parse(text) };
      expect(JSON.parse(String(input))).toEqual(JSON.parse(JSON.stringify(expected)));
    }),
  );
});

/** Bytes cannot be frozen. */
function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const each of Object.values(value)) deepFreeze(each);
}
