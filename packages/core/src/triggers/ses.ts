import { type Deep, firstRecord, object } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * Mail that Amazon SES received. What an outsider wrote in its headers is no trace context of yours, so none is read.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda.html
 */
export const ses: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'ses',
  kind: 'pubsub',
  matches: (event) => firstRecord(event).eventSource === 'aws:ses',
  facts: (event) => ({ eventId: mailOf(event).messageId }),
  sentAtMs: (event) => Date.parse(String(mailOf(event).timestamp)),
});

function mailOf(event: Deep): Deep {
  return object(object(firstRecord(event).ses).mail) as Deep;
}
