import { type Deep, object } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { eventbridgeSchedule } from './eventbridge-schedule.ts';

/**
 * Amazon EventBridge Scheduler, with the event that it sends by default, or with an input of your own that keeps
 * `"source": "aws.scheduler"`. `faas.cron` as for the schedule of a rule.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html
 */
export const eventbridgeScheduler: Trigger<Deep> = /* @__PURE__ */ (() => ({
  ...eventbridgeSchedule,
  id: 'eventbridge-scheduler',
  matches: (event: Deep) => object(event).source === 'aws.scheduler',
}))();
