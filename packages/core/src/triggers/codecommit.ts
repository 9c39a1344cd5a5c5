import { type Deep, firstRecord } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A trigger of an AWS CodeCommit repository: a branch or tag was pushed, made or deleted.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-codecommit.html
 */
export const codecommit: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'codecommit',
  matches: (event) => firstRecord(event).eventSource === 'aws:codecommit',
  facts: (event) => ({
    arn: event.Records?.[0]?.eventSourceARN,
    name: event.Records?.[0]?.eventTriggerName,
    operation: event.Records?.[0]?.eventName,
    eventId: event.Records?.[0]?.eventId,
  }),
  sentAtMs: (event) => Date.parse(String(event.Records?.[0]?.eventTime)),
});
