import { describe, expect, it } from 'vitest';

import { events } from './index.ts';

const NOW_MS = 1_800_000_000_000;

describe('events.sqs', () => {
  it('builds a message of a standard queue', () => {
    const event = events.sqs(
      [{ body: { id: 1 }, ageMs: 250, traceparent: '00-a-b-01', awsTraceHeader: 'Root=1-2-3', receiveCount: 3 }],
      { nowMs: NOW_MS },
    );
    expect(event.Records).toEqual([
      {
        messageId: '059f36b4-87a3-44ab-83d2-000000000001',
        receiptHandle: expect.stringMatching(/^AQEB/),
        body: '{"id":1}',
        attributes: {
          ApproximateReceiveCount: '3',
          SentTimestamp: '1799999999750',
          SenderId: 'AIDAIENQZJOLO23YVJ4VO',
          ApproximateFirstReceiveTimestamp: '1799999999751',
          AWSTraceHeader: 'Root=1-2-3',
        },
        messageAttributes: {
          traceparent: {
            stringValue: '00-a-b-01',
            stringListValues: [],
            binaryListValues: [],
            dataType: 'String',
          },
        },
        md5OfBody: 'd2ce28b9a7fd7e4407e2b0fd499b7fe4',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:orders',
        awsRegion: 'eu-west-1',
      },
    ]);
  });

  it('gives each message an id of its own', () => {
    const { Records } = events.sqs(['a', 'b', { messageId: 'mine' }]);
    expect(Records.map((record) => record.messageId.slice(-4))).toEqual(['0001', '0002', 'mine']);
    expect(Records.map((record) => record.body)).toEqual(['a', 'b', '{}']);
    expect(new Set(Records.map((record) => record.receiptHandle)).size).toBe(3);
  });

  it('builds messages of a FIFO queue in order', () => {
    const { Records } = events.sqs(['a', { body: 'b', group: 'other' }], { fifo: true });
    expect(
      Records.map((record) => [record.eventSourceARN.split(':').at(-1), record.attributes.MessageGroupId]),
    ).toEqual([
      ['orders.fifo', 'group-1'],
      ['orders.fifo', 'other'],
    ]);
    const [first, second] = Records.map((record) => BigInt(record.attributes.SequenceNumber ?? 0));
    expect((second ?? 0n) - (first ?? 0n)).toBe(1n);
    expect(events.sqs(['a'], { queue: 'named.fifo' }).Records[0]?.attributes.MessageGroupId).toBe('group-1');
  });

  it('types message attributes by their value', () => {
    const whole = { stringValue: 'x', dataType: 'String.custom' };
    const { Records } = events.sqs([{ messageAttributes: { n: 4, b: Uint8Array.of(1), s: 'x', whole } }]);
    const lists = { stringListValues: [], binaryListValues: [] };
    expect(Records[0]?.messageAttributes).toEqual({
      n: { stringValue: '4', ...lists, dataType: 'Number' },
      b: { binaryValue: 'AQ==', ...lists, dataType: 'Binary' },
      s: { stringValue: 'x', ...lists, dataType: 'String' },
      whole,
    });
  });

  it('counts ages back from now', () => {
    const sentAt = Number(events.sqs([{ ageMs: 5_000 }]).Records[0]?.attributes.SentTimestamp);
    expect(Math.abs(Date.now() - 5_000 - sentAt)).toBeLessThan(1_000);
  });
});

describe('events.kinesis', () => {
  it('builds a record', () => {
    const event = events.kinesis([{ data: { id: 1 }, partitionKey: 'p', ageMs: 500 }], { nowMs: NOW_MS, stream: 's' });
    expect(event.Records).toEqual([
      {
        kinesis: {
          kinesisSchemaVersion: '1.0',
          partitionKey: 'p',
          sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
          data: Buffer.from('{"id":1}').toString('base64'),
          approximateArrivalTimestamp: 1_799_999_999.5,
        },
        eventSource: 'aws:kinesis',
        eventVersion: '1.0',
        eventID: 'shardId-000000000006:49590338271490256608559692538361571095921575989136588898',
        eventName: 'aws:kinesis:record',
        invokeIdentityArn: 'arn:aws:iam::123456789012:role/orders-function',
        awsRegion: 'eu-west-1',
        eventSourceARN: 'arn:aws:kinesis:eu-west-1:123456789012:stream/s',
      },
    ]);
  });

  it('takes text and bytes, and numbers records in order', () => {
    const { Records } = events.kinesis(['text', { data: Uint8Array.of(255, 0) }, { sequenceNumber: '5' }]);
    expect(Records.map((record) => record.kinesis.data)).toEqual(['dGV4dA==', '/wA=', 'e30=']);
    expect(Records.map((record) => record.kinesis.sequenceNumber.slice(-2))).toEqual(['98', '99', '5']);
    expect(Records.map((record) => record.kinesis.partitionKey)).toEqual(['partition-1', 'partition-2', 'partition-3']);
  });
});

describe('events.dynamodb', () => {
  it('builds a change with marshalled images', () => {
    const oldImage = { id: 'o-1', total: 5 };
    const event = events.dynamodb([{ oldImage, newImage: { ...oldImage, total: 7 }, ageMs: 1_500 }], { nowMs: NOW_MS });
    expect(event.Records).toEqual([
      {
        eventID: 'c4ca4238a0b923820dcc509a00000001',
        eventName: 'MODIFY',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'eu-west-1',
        dynamodb: {
          ApproximateCreationDateTime: 1_799_999_998,
          Keys: { id: { S: 'o-1' } },
          NewImage: { id: { S: 'o-1' }, total: { N: '7' } },
          OldImage: { id: { S: 'o-1' }, total: { N: '5' } },
          SequenceNumber: '4421584500000000017450439091',
          SizeBytes: expect.any(Number),
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
        eventSourceARN: 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000',
      },
    ]);
  });

  it('derives the kind of change from the images, and the keys by name', () => {
    const image = { pk: 'a', sk: 1, other: true };
    const { Records } = events.dynamodb([{ newImage: image }, { oldImage: image }], { keys: ['pk', 'sk'] });
    expect(Records.map((record) => record.eventName)).toEqual(['INSERT', 'REMOVE']);
    expect(Records.map((record) => record.dynamodb?.Keys)).toEqual([
      { pk: { S: 'a' }, sk: { N: '1' } },
      { pk: { S: 'a' }, sk: { N: '1' } },
    ]);
    expect(Records[0]?.dynamodb).not.toHaveProperty('OldImage');
    expect(Records[1]?.dynamodb).not.toHaveProperty('NewImage');
    expect(new Set(Records.map((record) => record.eventID)).size).toBe(2);
  });

  it('says of an item whose time to live ended that DynamoDB removed it', () => {
    const { Records } = events.dynamodb([{ oldImage: { id: 'a' }, expired: true }, { oldImage: { id: 'b' } }]);
    const byTimeToLive = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
    expect(Records.map(({ userIdentity }) => userIdentity)).toEqual([byTimeToLive, undefined]);
  });

  it('marshals every type', () => {
    const newImage = {
      text: 'a',
      big: 12345678901234567890n,
      yes: true,
      nothing: null,
      absent: undefined,
      bytes: Uint8Array.of(1),
      list: ['a', 1],
      map: { deep: [{}] },
      texts: new Set(['a', 'b']),
      numbers: new Set([1, 2n]),
      blobs: new Set([Uint8Array.of(1)]),
    };
    expect(events.dynamodb([{ newImage }]).Records[0]?.dynamodb?.NewImage).toEqual({
      text: { S: 'a' },
      big: { N: '12345678901234567890' },
      yes: { BOOL: true },
      nothing: { NULL: true },
      bytes: { B: 'AQ==' },
      list: { L: [{ S: 'a' }, { N: '1' }] },
      map: { M: { deep: { L: [{ M: {} }] } } },
      texts: { SS: ['a', 'b'] },
      numbers: { NS: ['1', '2'] },
      blobs: { BS: ['AQ=='] },
    });
  });

  it.each([
    ['no image', {}, 'dynamodb record 0 needs an oldImage or a newImage.'],
    ['a function', { newImage: { list: [() => 1] } }, 'list[0] is a function, which DynamoDB has no type for.'],
    ['a mixed set', { newImage: { set: new Set([1, 'a']) } }, 'set is a Set that is empty or mixes types'],
    ['an empty set', { newImage: { set: new Set() } }, 'set is a Set that is empty or mixes types'],
  ])('refuses %s', (_, record, message) => {
    expect(() => events.dynamodb([record])).toThrow(message);
  });
});
