import type { KinesisStreamEvent, SQSEvent, SQSMessageAttribute, SQSRecordAttributes } from 'aws-lambda';

/** A message as `ReceiveMessage` of the AWS SDK gives it. */
export interface ReceivedMessage {
  readonly MessageId?: string | undefined;
  readonly ReceiptHandle?: string | undefined;
  readonly Body?: string | undefined;
  readonly MD5OfBody?: string | undefined;
  readonly Attributes?: Readonly<Partial<Record<string, string>>> | undefined;
  readonly MessageAttributes?: Readonly<Record<string, ReceivedAttribute>> | undefined;
}

/** A message attribute as `ReceiveMessage` gives it. */
export interface ReceivedAttribute {
  readonly DataType?: string | undefined;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Uint8Array | undefined;
}

/** A record as `GetRecords` of the AWS SDK gives it. */
export interface ReceivedRecord {
  readonly SequenceNumber?: string | undefined;
  readonly ApproximateArrivalTimestamp?: Date | undefined;
  readonly Data?: Uint8Array | undefined;
  readonly PartitionKey?: string | undefined;
}

/** Options of {@link sqsReceived}. */
export interface SqsReceivedOptions {
  /** Name of the queue, `orders` by default. */
  readonly queue?: string | undefined;
}

/** Options of {@link kinesisReceived}. */
export interface KinesisReceivedOptions {
  /** Name of the stream, `orders` by default. */
  readonly stream?: string | undefined;
  /** Id of the shard, `shardId-000000000000` by default. */
  readonly shard?: string | undefined;
}

/**
 * The event of messages that a client received from a queue, as the event source mapping would make it: for tests on real
 * messages of a local stand-in for SQS. Receive them with `MessageSystemAttributeNames: ['All']` and
 * `MessageAttributeNames: ['All']`, as the mapping does.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 */
export function sqsReceived(
  messages: readonly ReceivedMessage[] | undefined,
  { queue = 'orders' }: SqsReceivedOptions = {},
): SQSEvent {
  return {
    Records: (messages ?? []).map((message) => ({
      messageId: message.MessageId ?? '',
      receiptHandle: message.ReceiptHandle ?? '',
      body: message.Body ?? '',
      attributes: { ...message.Attributes } as unknown as SQSRecordAttributes,
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attributeOf(value)]),
      ),
      md5OfBody: message.MD5OfBody ?? '',
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:${queue}`,
      awsRegion: 'eu-west-1',
    })),
  };
}

/**
 * The event of records that a client read from a shard, as the event source mapping would make it: for tests on real
 * records of a local stand-in for Kinesis Data Streams.
 *
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
 */
export function kinesisReceived(
  records: readonly ReceivedRecord[] | undefined,
  { stream = 'orders', shard = 'shardId-000000000000' }: KinesisReceivedOptions = {},
): KinesisStreamEvent {
  return {
    Records: (records ?? []).map((record) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: record.PartitionKey ?? '',
        sequenceNumber: record.SequenceNumber ?? '',
        data: Buffer.from(record.Data ?? []).toString('base64'),
        approximateArrivalTimestamp: Number(record.ApproximateArrivalTimestamp) / 1_000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shard}:${record.SequenceNumber}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::123456789012:role/orders-function',
      awsRegion: 'eu-west-1',
      eventSourceARN: `arn:aws:kinesis:eu-west-1:123456789012:stream/${stream}`,
    })),
  };
}

function attributeOf({ BinaryValue, DataType, StringValue }: ReceivedAttribute): SQSMessageAttribute {
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType as SQSMessageAttribute['dataType'],
  };
}
