import { FAAS_CRON, FAAS_INVOCATION_START_TIME } from '../attributes.ts';
import { type Deep, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A schedule of an EventBridge rule. AWS does not send the schedule's expression: `faas.cron` is known when an input of
 * your own states it at `detail['faas.cron']`, or when `lambda.with({ attributes })` does.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 */
export const eventbridgeSchedule: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'eventbridge-schedule',
  kind: 'timer',
  matches: (event) => text(event.source) === 'aws.events' && text(event['detail-type']) === 'Scheduled Event',
  facts: (event) => ({
    arn: event.resources?.[0],
    // arn:aws:events:REGION:ACCOUNT:rule/NAME, arn:aws:scheduler:REGION:ACCOUNT:schedule/GROUP/NAME
    name: text(event.resources?.[0])?.split('/').at(-1),
    eventId: event.id,
    attributes: { [FAAS_INVOCATION_START_TIME]: text(event.time), [FAAS_CRON]: text(event.detail?.['faas.cron']) },
  }),
  sentAtMs: (event) => Date.parse(String(event.time)),
});
