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
  matches: ({ alarmArn, alarmData }) => alarmArn && alarmData,
  facts: ({ alarmArn, alarmData }) => ({
    arn: alarmArn,
    name: alarmData?.alarmName,
    operation: alarmData?.state?.value,
  }),
  sentAtMs: ({ time }) => Date.parse(String(time)),
});
