import {
  AWS_FAILED_COUNT,
  MESSAGING_BATCH_MESSAGE_COUNT,
  MESSAGING_DESTINATION_PARTITION_ID,
  MESSAGING_MESSAGE_ID,
} from '../attributes.ts';
import { type AwsService, countOf, known, listOf, mapList, textOf } from './aws-service.ts';
import { injectJsonBytes } from './json-payload.ts';

// A record's data and key; streams may allow 10 MiB: https://docs.aws.amazon.com/streams/latest/dev/large-records.html
const LIMITS = [1_048_576 - 256, 10_485_760 - 256];

/** Kinesis: on request the context goes into records that are JSON objects, as members of the top level. */
export const kinesis: AwsService = {
  optIn: true,
  describe: (operation, { Records }) =>
    known({ [MESSAGING_BATCH_MESSAGE_COUNT]: operation === 'PutRecords' ? listOf(Records).length : undefined }),
  result: (operation, { SequenceNumber, ShardId, Records, FailedRecordCount }) =>
    known({
      [MESSAGING_MESSAGE_ID]: textOf(SequenceNumber),
      [MESSAGING_DESTINATION_PARTITION_ID]: textOf(ShardId),
      [MESSAGING_BATCH_MESSAGE_COUNT]: operation === 'GetRecords' ? listOf(Records).length : undefined,
      [AWS_FAILED_COUNT]: countOf(FailedRecordCount),
    }),
  inject(operation, input, carried) {
    const inject = (data: unknown): unknown => injectJsonBytes(data, carried, LIMITS);
    if (operation === 'PutRecord') {
      const data = inject(input.Data);
      return data === input.Data ? input : { ...input, Data: data };
    }
    if (operation !== 'PutRecords') return input;
    return mapList(input, 'Records', (record) => {
      const data = inject(record.Data);
      return data === record.Data ? record : { ...record, Data: data };
    });
  },
};
