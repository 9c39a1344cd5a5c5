import { AWS_FAILED_COUNT, MESSAGING_BATCH_MESSAGE_COUNT, MESSAGING_MESSAGE_ID } from '../attributes.ts';
import { describeResource } from '../aws-wire.ts';
import { type AwsService, countOf, known, listOf, mapList, textOf } from './aws-service.ts';
import { roomOf, withAttributes } from './message-attributes.ts';

/**
 * SNS: the context goes into message attributes, but of text messages to phones, which have none to be read.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 */
export const sns: AwsService = {
  describe: (operation, { TargetArn, PublishBatchRequestEntries }) => ({
    ...(typeof TargetArn === 'string' && describeResource('TopicArn', TargetArn)),
    ...(operation === 'PublishBatch' && { [MESSAGING_BATCH_MESSAGE_COUNT]: listOf(PublishBatchRequestEntries).length }),
  }),
  result: (_, { MessageId, Failed }) =>
    known({ [MESSAGING_MESSAGE_ID]: textOf(MessageId), [AWS_FAILED_COUNT]: countOf(listOf(Failed).length) }),
  inject(operation, input, carried) {
    if (operation === 'Publish') return 'PhoneNumber' in input ? input : withAttributes(input, 'Message', carried);
    if (operation !== 'PublishBatch') return input;
    const room = roomOf(listOf(input.PublishBatchRequestEntries), 'Message');
    return mapList(input, 'PublishBatchRequestEntries', (entry) => withAttributes(entry, 'Message', carried, room));
  },
};
