import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A CloudWatch alarm whose action is the function. The operation is the state that the alarm went to.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
 */
export const cloudwatchAlarm: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'cloudwatch-alarm',
  matches: (event) => event.alarmArn && event.alarmData,
  facts: (event) => ({
    arn: event.alarmArn,
    name: event.alarmData?.alarmName,
    operation: event.alarmData?.state?.value,
  }),
  sentAtMs: (event) => Date.parse(String(event.time)),
});
