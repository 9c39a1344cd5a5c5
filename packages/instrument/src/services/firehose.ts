import { AWS_FAILED_COUNT, MESSAGING_BATCH_MESSAGE_COUNT, MESSAGING_MESSAGE_ID } from '../attributes.ts';
import { type AwsService, countOf, known, listOf, mapList, type Shape, shapeOf, textOf } from './aws-service.ts';
import { injectJsonBytes } from './json-payload.ts';

// https://docs.aws.amazon.com/firehose/latest/dev/limits.html
const LIMITS = [1_024_000];

/** Firehose: on request the context goes into records that are JSON objects, as members of the top level. */
export const firehose: AwsService = {
  optIn: true,
  describe: (operation, { Records }) =>
    known({ [MESSAGING_BATCH_MESSAGE_COUNT]: operation === 'PutRecordBatch' ? listOf(Records).length : undefined }),
  result: (_, { RecordId, FailedPutCount }) =>
    known({ [MESSAGING_MESSAGE_ID]: textOf(RecordId), [AWS_FAILED_COUNT]: countOf(FailedPutCount) }),
  inject(operation, input, carried) {
    const inject = (record: Shape): Shape => {
      const data = injectJsonBytes(record.Data, carried, LIMITS);
      return data === record.Data ? record : { ...record, Data: data };
    };
    if (operation === 'PutRecordBatch') return mapList(input, 'Records', inject);
    if (operation !== 'PutRecord') return input;
    const record = shapeOf(input.Record);
    const injected = inject(record);
    return injected === record ? input : { ...input, Record: injected };
  },
};
