import { type Fixture, TRACEPARENT } from './trigger.fixture.ts';

// Shapes: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-context-attributes.html
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html

export const SENT_AT = '2026-11-21T05:00:00Z';

export const eventbridgeEvent = {
  version: '0',
  id: '7bf73129-1428-4cd3-a780-95db273d1602',
  'detail-type': 'order placed',
  source: 'com.example.shop',
  account: '123456789012',
  time: SENT_AT,
  region: 'eu-central-1',
  resources: [],
  detail: { traceparent: TRACEPARENT, orderId: 'o-77120', total: 12 },
};

export const scheduleEvent = {
  ...eventbridgeEvent,
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  resources: ['arn:aws:events:eu-central-1:123456789012:rule/clean-up'],
  detail: {},
};

export const schedulerEvent = {
  ...scheduleEvent,
  source: 'aws.scheduler',
  resources: ['arn:aws:scheduler:eu-central-1:123456789012:schedule/nightly/close-books'],
  detail: '{}',
};

const state = (value: string): Readonly<Record<string, unknown>> => ({
  value,
  reason: 'Threshold crossed: 3 datapoints were greater than the threshold (5.0).',
  reasonData: '{"version":"1.0","threshold":5.0}',
  timestamp: '2026-11-21T04:59:59.100+0000',
});

export const alarmEvent = {
  source: 'aws.cloudwatch',
  alarmArn: 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:checkout-errors',
  accountId: '123456789012',
  time: '2026-11-21T05:00:00.000+0000',
  region: 'eu-central-1',
  alarmData: {
    alarmName: 'checkout-errors',
    state: state('ALARM'),
    previousState: state('OK'),
    configuration: { description: 'The checkout fails.', metrics: [] },
  },
};

export const fixtures: readonly Fixture[] = [
  { name: 'EventBridge', event: eventbridgeEvent, matches: ['eventbridge'], context: 'parent' },
  {
    name: 'EventBridge, an event of an AWS service',
    event: {
      ...eventbridgeEvent,
      'detail-type': 'EC2 Instance State-change Notification',
      source: 'aws.ec2',
      resources: ['arn:aws:ec2:eu-central-1:123456789012:instance/i-0abcd1234efgh5678'],
      detail: { 'instance-id': 'i-0abcd1234efgh5678', state: 'stopped' },
    },
    matches: ['eventbridge'],
  },
  {
    name: 'EventBridge, an object of S3',
    event: {
      ...eventbridgeEvent,
      'detail-type': 'Object Created',
      source: 'aws.s3',
      resources: ['arn:aws:s3:::shop-orders'],
      detail: {
        version: '0',
        bucket: { name: 'shop-orders' },
        object: { key: 'in/7.json', size: 12 },
        reason: 'PutObject',
      },
    },
    matches: ['eventbridge'],
  },
  {
    name: 'EventBridge as the destination of a function',
    event: {
      ...eventbridgeEvent,
      'detail-type': 'Lambda Function Invocation Result - Success',
      source: 'lambda',
      detail: { version: '1.0', requestPayload: { traceparent: TRACEPARENT }, responsePayload: null },
    },
    matches: ['eventbridge'],
    context: 'parent',
  },
  {
    name: 'EventBridge with a field that is only called like a carrier',
    event: { ...eventbridgeEvent, detail: { traceparent: 'the one who traces', baggage: '2 bags' } },
    matches: ['eventbridge'],
  },
  { name: 'Schedule of a rule', event: scheduleEvent, matches: ['eventbridge-schedule', 'eventbridge'] },
  {
    name: 'Schedule of a rule with an input of its own',
    event: { ...scheduleEvent, detail: { 'faas.cron': 'rate(5 minutes)' } },
    matches: ['eventbridge-schedule', 'eventbridge'],
  },
  { name: 'EventBridge Scheduler', event: schedulerEvent, matches: ['eventbridge-scheduler', 'eventbridge'] },
  {
    name: 'EventBridge Scheduler with an input of its own',
    event: { source: 'aws.scheduler', detail: { 'faas.cron': 'cron(0 5 * * ? *)' } },
    matches: ['eventbridge-scheduler'],
  },
  { name: 'CloudWatch alarm', event: alarmEvent, matches: ['cloudwatch-alarm'] },
];
