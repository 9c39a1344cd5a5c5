import { AWS_FAILED_COUNT, MESSAGING_BATCH_MESSAGE_COUNT, MESSAGING_MESSAGE_ID } from '../attributes.ts';
import { type AwsService, countOf, known, listOf, mapList, textOf } from './aws-service.ts';
import { roomOf, withAttributes } from './message-attributes.ts';

/**
 * SQS: the context goes into message attributes.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export const sqs: AwsService = {
  describe: (operation, { Entries }) =>
    known({ [MESSAGING_BATCH_MESSAGE_COUNT]: operation.endsWith('Batch') ? listOf(Entries).length : undefined }),
  result: (operation, { MessageId, Messages, Failed }) =>
    known({
      [MESSAGING_MESSAGE_ID]: textOf(MessageId),
      [MESSAGING_BATCH_MESSAGE_COUNT]: operation === 'ReceiveMessage' ? listOf(Messages).length : undefined,
      [AWS_FAILED_COUNT]: countOf(listOf(Failed).length),
    }),
  inject(operation, input, carried) {
    if (operation === 'SendMessage') return withAttributes(input, 'MessageBody', carried);
    if (operation !== 'SendMessageBatch') return input;
    const room = roomOf(listOf(input.Entries), 'MessageBody');
    return mapList(input, 'Entries', (entry) => withAttributes(entry, 'MessageBody', carried, room));
  },
};
