import { describe, expect, it } from 'vitest';
import type { Carried, Shape } from './aws-service.ts';
import { services } from './services.ts';

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const carried: Carried = [
  ['traceparent', PARENT],
  ['tracestate', 'vendor=1'],
  ['baggage', 'tenant=7'],
];
const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const attributes = { traceparent: text(PARENT), tracestate: text('vendor=1'), baggage: text('tenant=7') };
const inject = (service: string, operation: string, input: Shape): Shape | undefined =>
  services[service]?.inject?.(operation, input, carried);
const bytes = (value: string): Uint8Array => new Uint8Array(Buffer.from(value));
const utf8 = (value: unknown): string => Buffer.from(value as Uint8Array).toString();

describe.each([
  ['sqs', 'SendMessage', 'MessageBody'],
  ['sns', 'Publish', 'Message'],
])('%s %s', (service, operation, body) => {
  it('carries the context in message attributes, beside those of the caller', () => {
    const input = { [body]: 'hi', MessageAttributes: { mine: text('1') } };
    expect(inject(service, operation, input)).toEqual({
      ...input,
      MessageAttributes: { mine: text('1'), ...attributes },
    });
  });

  it('leaves a context of the caller alone', () => {
    const input = { [body]: 'hi', MessageAttributes: { traceparent: text('mine') } };
    expect(inject(service, operation, input)).toBe(input);
  });

  it.each([
    [7, ['traceparent', 'tracestate', 'baggage']],
    [9, ['traceparent']],
    [10, []],
    [12, []],
  ])('with %s attributes has room for %s more: 10 in all', (count, names) => {
    const mine = Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, text('1')]));
    const { MessageAttributes } = inject(service, operation, { [body]: 'hi', MessageAttributes: mine }) ?? {};
    expect(Object.keys(MessageAttributes as object).slice(count)).toEqual(names);
  });

  // Name, type and value: 11 + 6 + 55 bytes for traceparent.
  it.each([
    [262_144 - 72, 'é', true],
    [262_144 - 71, 'é', false],
    [262_146, 'x', true],
    [1_048_576 - 71, 'x', false],
    [1_048_577, 'x', false],
  ])('of %s bytes, counted in UTF-8, stays below the limit that it was below', (size, letter, fits) => {
    const message = letter === 'é' ? `${'é'.repeat(100)}${'x'.repeat(size - 200)}` : 'x'.repeat(size);
    const { MessageAttributes = {} } = inject(service, operation, { [body]: message }) ?? {};
    expect('traceparent' in (MessageAttributes as object)).toBe(fits);
  });
});

describe.each([
  ['sqs', 'SendMessageBatch', 'Entries', 'MessageBody'],
  ['sns', 'PublishBatch', 'PublishBatchRequestEntries', 'Message'],
])('%s %s', (service, operation, list, body) => {
  it('carries the context in each message', () => {
    const entries = [
      { Id: '1', [body]: 'a' },
      { Id: '2', [body]: 'b', MessageAttributes: { traceparent: text('mine') } },
    ];
    expect(inject(service, operation, { [list]: entries })).toEqual({
      [list]: [{ ...entries[0], MessageAttributes: attributes }, entries[1]],
    });
  });

  it('counts all messages against the limit together', () => {
    const entry = (Id: string) => ({ Id, [body]: 'x'.repeat(131_000) });
    const { [list]: entries } = inject(service, operation, { [list]: [entry('1'), entry('2')] }) ?? {};
    expect((entries as Shape[]).map(({ MessageAttributes }) => Object.keys(MessageAttributes ?? {}))).toEqual([
      ['traceparent', 'tracestate', 'baggage'],
      [],
    ]);
  });
});

it('a text message to a phone carries nothing', () => {
  const input = { PhoneNumber: '+1', Message: 'hi' };
  expect(inject('sns', 'Publish', input)).toBe(input);
});

describe('EventBridge', () => {
  const put = (...details: unknown[]): unknown => {
    const { Entries } =
      inject('eventbridge', 'PutEvents', { Entries: details.map((Detail) => ({ Detail, Source: 's' })) }) ?? {};
    return (Entries as Shape[]).map(({ Detail }) => Detail);
  };
  const head = `{"traceparent":"${PARENT}","tracestate":"vendor=1","baggage":"tenant=7"`;

  it('carries the context in detail, whose text stays as it is', () => {
    expect(
      put('{"id":12345678901234567890, "a":1}', ' {}', '{"traceparent":"mine"}', '[1]', 'no json', undefined),
    ).toEqual([
      `${head},"id":12345678901234567890, "a":1}`,
      `${head}}`,
      '{"traceparent":"mine"}',
      '[1]',
      'no json',
      undefined,
    ]);
  });

  it('stays below the limit of a request, with less than all of the context if need be', () => {
    const of = (size: number) => `{"a":"${'x'.repeat(size - 8 - 1)}"}`;
    const [whole] = put(of(262_000)) as [string];
    expect(whole.startsWith(head)).toBe(true);
    const [part] = put(of(262_144 - 75)) as [string];
    expect(part.startsWith(`{"traceparent":"${PARENT}","a"`)).toBe(true);
    expect(put(of(262_130))).toEqual([of(262_130)]);
  });
});

describe('Kinesis and Firehose', () => {
  it('carry the context in records that are JSON objects', () => {
    const Data = bytes('{"id":1}\n');
    const { Data: injected } = inject('kinesis', 'PutRecord', { Data }) ?? {};
    expect(utf8(injected)).toBe(`{"traceparent":"${PARENT}","tracestate":"vendor=1","baggage":"tenant=7","id":1}\n`);
    expect(utf8(Data)).toBe('{"id":1}\n');
    const { Record } = inject('firehose', 'PutRecord', { Record: { Data } }) ?? {};
    expect(utf8((Record as Shape).Data)).toBe(utf8(injected));
    const { Records } = inject('firehose', 'PutRecordBatch', { Records: [{ Data }, { Data: bytes('x') }] }) ?? {};
    expect((Records as Shape[]).map((record) => utf8(record.Data))).toEqual([utf8(injected), 'x']);
  });

  it('leave other records as they are', () => {
    const invalid = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    for (const Data of [bytes('1'), bytes('[{}]'), bytes('{"a"'), invalid, new Uint8Array(0), undefined]) {
      const input = { Records: [{ Data }] };
      expect(inject('kinesis', 'PutRecords', input)).toBe(input);
    }
  });

  it('have to be asked for it, as S3 and DynamoDB have', () => {
    const asked = Object.keys(services).filter((name) => services[name]?.optIn);
    expect(asked.toSorted()).toEqual(['dynamodb', 'firehose', 'kinesis', 's3']);
  });
});

describe('Lambda', () => {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
  const decode = (value: unknown): unknown => JSON.parse(Buffer.from(String(value), 'base64').toString());

  it('carries the context in custom, beside what the caller put there', () => {
    const ClientContext = encode({ client: { a: 1 }, custom: { mine: 1 } });
    const { ClientContext: injected } = inject('lambda', 'Invoke', { FunctionName: 'f', ClientContext }) ?? {};
    expect(decode(injected)).toEqual({ client: { a: 1 }, custom: { mine: 1, ...Object.fromEntries(carried) } });
  });

  it('keeps to 3,583 bytes, with less than all of the context if need be', () => {
    const names = (size: number): readonly string[] => {
      const input = { ClientContext: encode({ custom: { mine: 'x'.repeat(size) } }) };
      const { ClientContext } = inject('lambda', 'Invoke', input) ?? {};
      expect(String(ClientContext).length).toBeLessThanOrEqual(3583);
      return Object.keys((decode(ClientContext) as { custom: object }).custom);
    };
    expect(names(2500)).toEqual(['mine', 'traceparent', 'tracestate', 'baggage']);
    expect(names(2585)).toEqual(['mine', 'traceparent']);
    expect(names(2640)).toEqual(['mine']);
  });

  it.each(['not base64 JSON', encode([1]), encode({ custom: { traceparent: 'mine' } })])(
    'leaves %s alone',
    (ClientContext) => {
      const input = { ClientContext };
      expect(inject('lambda', 'Invoke', input)).toBe(input);
    },
  );
});

it('Step Functions carry the context in the input, also where there was none', () => {
  const head = `{"traceparent":"${PARENT}","tracestate":"vendor=1","baggage":"tenant=7"`;
  expect(inject('sfn', 'StartExecution', { input: '{"a":1}' })).toEqual({ input: `${head},"a":1}` });
  expect(inject('sfn', 'StartSyncExecution', {})).toEqual({ input: `${head}}` });
  const list = { input: '[]' };
  expect(inject('sfn', 'StartExecution', list)).toBe(list);
});

it('S3 carries the context in metadata, of which there may be 2,048 bytes', () => {
  const put = (Metadata?: Shape) => inject('s3', 'PutObject', { Key: 'k', Metadata })?.Metadata;
  expect(put({ mine: '1' })).toEqual({ mine: '1', ...Object.fromEntries(carried) });
  expect(Object.keys(put({ mine: 'x'.repeat(1975) }) as object)).toEqual(['mine', 'traceparent']);
  expect(Object.keys(put({ mine: 'x'.repeat(2040) }) as object)).toEqual(['mine']);
});

describe('DynamoDB', () => {
  const typed = { traceparent: { S: PARENT } };
  const Item = { id: { S: '1' } };

  it('carries the context in the items that are put', () => {
    expect(inject('dynamodb', 'PutItem', { TableName: 't', Item })).toEqual({
      TableName: 't',
      Item: { ...Item, ...typed },
    });
    expect(inject('dynamodb', 'PutItem', { Item: { id: '1', S: { S: 1 } } })?.Item).toMatchObject({
      traceparent: PARENT,
    });
    const remove = { Delete: { Key: Item } };
    expect(inject('dynamodb', 'TransactWriteItems', { TransactItems: [{ Put: { Item } }, remove] })).toEqual({
      TransactItems: [{ Put: { Item: { ...Item, ...typed } } }, remove],
    });
    const RequestItems = { t: [{ PutRequest: { Item } }, { DeleteRequest: { Key: Item } }] };
    expect(inject('dynamodb', 'BatchWriteItem', { RequestItems })).toEqual({
      RequestItems: { t: [{ PutRequest: { Item: { ...Item, ...typed } } }, { DeleteRequest: { Key: Item } }] },
    });
  });

  it('tells tables, counts and capacity', () => {
    const { describe: tell, result } = services.dynamodb ?? {};
    expect(tell?.('Query', { TableName: 't', IndexName: 'by-date', Limit: 5, ConsistentRead: true })).toEqual({
      'aws.dynamodb.index_name': 'by-date',
      'aws.dynamodb.limit': 5,
      'aws.dynamodb.consistent_read': true,
    });
    expect(tell?.('BatchGetItem', { RequestItems: { a: { Keys: [1, 2] }, b: { Keys: [3] } } })).toEqual({
      'aws.dynamodb.table_names': ['a', 'b'],
      'db.operation.batch.size': 3,
    });
    expect(tell?.('TransactWriteItems', { TransactItems: [{ Put: { TableName: 'a' } }] })).toMatchObject({
      'db.collection.name': 'a',
      'db.operation.batch.size': 1,
    });
    const ConsumedCapacity = { TableName: 't', CapacityUnits: 2 };
    expect(result?.('Query', { Count: 3, ScannedCount: 9, ConsumedCapacity }, {})).toEqual({
      'aws.dynamodb.count': 3,
      'aws.dynamodb.scanned_count': 9,
      'aws.dynamodb.consumed_capacity': [JSON.stringify(ConsumedCapacity)],
    });
    const UnprocessedItems = { t: [{ PutRequest: { Item } }] };
    expect(result?.('BatchWriteItem', { UnprocessedItems }, {})).toEqual({ 'tracelet.aws.failed_count': 1 });
  });
});

it.each([
  ['sqs', 'SendMessage', { MessageId: 'm-1' }, { 'messaging.message.id': 'm-1' }],
  ['sqs', 'ReceiveMessage', { Messages: [1, 2] }, { 'messaging.batch.message_count': 2 }],
  ['sqs', 'SendMessageBatch', { Successful: [1], Failed: [2] }, { 'tracelet.aws.failed_count': 1 }],
  ['sns', 'Publish', { MessageId: 'm-1' }, { 'messaging.message.id': 'm-1' }],
  ['eventbridge', 'PutEvents', { FailedEntryCount: 2 }, { 'tracelet.aws.failed_count': 2 }],
  ['eventbridge', 'PutEvents', { FailedEntryCount: 0 }, {}],
  [
    'kinesis',
    'PutRecord',
    { SequenceNumber: '7', ShardId: 's-0' },
    { 'messaging.message.id': '7', 'messaging.destination.partition.id': 's-0' },
  ],
  ['kinesis', 'PutRecords', { FailedRecordCount: 1 }, { 'tracelet.aws.failed_count': 1 }],
  ['firehose', 'PutRecordBatch', { FailedPutCount: 1 }, { 'tracelet.aws.failed_count': 1 }],
  ['lambda', 'Invoke', { FunctionError: 'Unhandled' }, { 'error.type': 'Unhandled' }],
  [
    'secrets_manager',
    'GetSecretValue',
    { ARN: 'arn:x', SecretString: 'no' },
    { 'aws.secretsmanager.secret.arn': 'arn:x' },
  ],
])('%s %s tells %j', (service, operation, output, told) => {
  expect(services[service]?.result?.(operation, output, {})).toEqual(told);
});
