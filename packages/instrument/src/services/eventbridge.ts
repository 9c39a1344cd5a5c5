import { AWS_FAILED_COUNT, MESSAGING_BATCH_MESSAGE_COUNT } from '../attributes.ts';
import { describeResource } from '../aws-wire.ts';
import { type AwsService, countOf, known, listOf, mapList, type Shape, shapeOf, sizeOf } from './aws-service.ts';
import { injectJson } from './json-payload.ts';

// All entries of a request together: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
const LIMITS = [262_144, 1_048_576];
const TIME_BYTES = 14;

/** EventBridge: the context goes into `detail`, beside the event's own members. */
export const eventbridge: AwsService = {
  describe(operation, { Entries }) {
    const entries = listOf(Entries);
    const bus = shapeOf(entries[0]).EventBusName;
    return {
      ...(operation === 'PutEvents' && { [MESSAGING_BATCH_MESSAGE_COUNT]: entries.length }),
      ...(typeof bus === 'string' && describeResource('EventBusName', bus)),
    };
  },
  result: (_, { FailedEntryCount }) => known({ [AWS_FAILED_COUNT]: countOf(FailedEntryCount) }),
  inject(operation, input, carried) {
    if (operation !== 'PutEvents') return input;
    let size = listOf(input.Entries).reduce<number>((sum, entry) => sum + entrySize(shapeOf(entry)), 0);
    return mapList(input, 'Entries', (entry) => {
      const { Detail } = entry;
      if (typeof Detail !== 'string') return entry;
      const own = sizeOf(Detail);
      const detail = injectJson(Detail, carried, LIMITS, size - own);
      if (detail === undefined) return entry;
      size += sizeOf(detail) - own;
      return { ...entry, Detail: detail };
    });
  },
};

function entrySize({ Time, Source, DetailType, Detail, Resources }: Shape): number {
  const texts = [Source, DetailType, Detail, ...listOf(Resources)];
  return texts.reduce<number>((sum, text) => sum + sizeOf(text), Time === undefined ? 0 : TIME_BYTES);
}
