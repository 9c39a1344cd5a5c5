import type { SQSBatchResponse } from 'aws-lambda';
import { dynamodbRecord, fifoRecord, kinesisRecord, sqsRecord } from './triggers/batch.fixture.ts';
import type { KafkaBatchResponse } from './triggers/kafka.ts';
import { kafkaRecord, mskEvent } from './triggers/streams.fixture.ts';

/** What a function gave Lambda: its response as JSON, or an error. */
export type Answer = { readonly response: unknown } | { readonly error: unknown };

/** A written model of one event source mapping that has `ReportBatchItemFailures`. */
export interface Mapping {
  readonly wrapper: 'sqs' | 'kinesis' | 'dynamodb' | 'kafka';
  /** Records that the wrapper runs at once when nobody says how many. */
  readonly atOnce: number;
  /** An event with a record for each number; records of the same number are of the same group, key or partition. */
  eventOf(groups: readonly number[]): { readonly event: unknown; readonly records: readonly object[] };
  /** The id that an error of ours names the record by. */
  idOf(record: never): string;
  /** Records of the same scope must reach the function in order, also when they are delivered again. */
  scopeOf(record: never): string | undefined;
  /** Records of the same lane must be processed one after another. */
  laneOf(record: never, concurrency: number): string | undefined;
  /** What the mapping delivers again after this answer. What it does not, it never delivers again. */
  redelivers(records: readonly object[], answer: Answer): readonly object[];
}

type Sqs = ReturnType<typeof sqsRecord>;
type Kinesis = ReturnType<typeof kinesisRecord>;
type Dynamodb = ReturnType<typeof dynamodbRecord>;
type Kafka = ReturnType<typeof kafkaRecord>;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
const standard: Mapping = {
  wrapper: 'sqs',
  atOnce: 10,
  eventOf: (groups) => batchOf(groups.map((_, index) => sqsRecord(`m${index}`))),
  idOf: ({ messageId }: Sqs) => messageId,
  scopeOf: () => undefined,
  laneOf: () => undefined,
  redelivers: (records, answer) => named(records as Sqs[], answer, ({ messageId }) => messageId) ?? records,
};

const fifo: Mapping = {
  ...standard,
  atOnce: 1,
  eventOf: (groups) => batchOf(groups.map((group, index) => fifoRecord(`m${index}`, `g${group}`))),
  scopeOf: groupOf,
  laneOf: groupOf,
};

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html */
const kinesis: Mapping = {
  wrapper: 'kinesis',
  atOnce: 1,
  eventOf: (groups) =>
    batchOf(
      groups.map((group, index) => {
        const record = kinesisRecord(`${index + 1}`);
        // A producer may leave the key empty, as far as this code knows.
        return { ...record, kinesis: { ...record.kinesis, partitionKey: group === 0 ? '' : `k${group}` } };
      }),
    ),
  idOf: sequenceNumberOf,
  scopeOf: () => 'shard',
  laneOf: ({ kinesis: { partitionKey } }: Kinesis, concurrency) => (concurrency > 1 ? partitionKey : 'shard'),
  redelivers: (records, answer) => fromLowest(records as Kinesis[], answer, sequenceNumberOf),
};

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html */
const dynamodb: Mapping = {
  wrapper: 'dynamodb',
  atOnce: 1,
  eventOf: (groups) =>
    batchOf(
      groups.map((group, index) => {
        const record = dynamodbRecord(`${index + 1}`);
        return { ...record, dynamodb: { ...record.dynamodb, Keys: { id: { N: `${group}` } } } };
      }),
    ),
  idOf: changeNumberOf,
  scopeOf: () => 'shard',
  laneOf: ({ dynamodb: change }: Dynamodb, concurrency) => (concurrency > 1 ? `${change?.Keys?.id?.N}` : 'shard'),
  redelivers: (records, answer) => fromLowest(records as Dynamodb[], answer, changeNumberOf),
};

/** @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-retry-configurations.html */
const kafka: Mapping = {
  wrapper: 'kafka',
  atOnce: 1,
  eventOf: (groups) => {
    const partitions = Map.groupBy(
      groups.map((group, index) => kafkaRecord(group, index + 7)),
      ({ partition }) => `telemetry-${partition}`,
    );
    return {
      event: { ...mskEvent, records: Object.fromEntries(partitions) },
      records: [...partitions.values()].flat(),
    };
  },
  idOf: ({ offset, partition }: Kafka) => `telemetry-${partition}:${offset}`,
  scopeOf: ({ partition }: Kafka) => `${partition}`,
  laneOf: ({ partition }: Kafka) => `${partition}`,
  redelivers: (records, answer) => {
    const lowest = new Map<string, number>();
    if ('error' in answer) return records;
    for (const { itemIdentifier } of (answer.response as KafkaBatchResponse | null)?.batchItemFailures ?? []) {
      const { partition, offset } = itemIdentifier;
      lowest.set(partition, Math.min(offset, lowest.get(partition) ?? Infinity));
    }
    return (records as Kafka[]).filter(
      ({ offset, partition }) => offset >= (lowest.get(`telemetry-${partition}`) ?? Infinity),
    );
  },
};

/** The models by name. */
export const mappings: Readonly<Record<string, Mapping>> = {
  'SQS standard': standard,
  'SQS FIFO': fifo,
  Kinesis: kinesis,
  'DynamoDB Streams': dynamodb,
  Kafka: kafka,
};

function batchOf(records: readonly object[]): { event: unknown; records: readonly object[] } {
  return { event: { Records: records }, records };
}

/** The records that a partial response names; `undefined` when the mapping takes the answer for a failure of all. */
function named<Rec>(
  records: readonly Rec[],
  answer: Answer,
  idOf: (record: Rec) => unknown,
): readonly Rec[] | undefined {
  if ('error' in answer) return undefined;
  const failures = (answer.response as SQSBatchResponse | null)?.batchItemFailures ?? [];
  const ids = new Set(failures.map(({ itemIdentifier }) => itemIdentifier));
  const found = records.filter((record) => ids.has(String(idOf(record))));
  return found.length === ids.size ? found : undefined;
}

/** A shard is read again from the lowest sequence number that was named. */
function fromLowest<Rec>(
  records: readonly Rec[],
  answer: Answer,
  idOf: (record: Rec) => string,
): readonly (Rec & object)[] {
  const failures = named(records, answer, idOf) ?? records;
  const lowest = Math.min(...failures.map((record) => Number(idOf(record))));
  return records.filter((record) => Number(idOf(record)) >= lowest) as readonly (Rec & object)[];
}

function groupOf({ attributes }: Sqs): string | undefined {
  return attributes.MessageGroupId;
}

function sequenceNumberOf({ kinesis: { sequenceNumber } }: Kinesis): string {
  return sequenceNumber;
}

function changeNumberOf({ dynamodb: change }: Dynamodb): string {
  return String(change?.SequenceNumber);
}
