import { expect, it } from 'vitest';
import { fakeContext } from '../tracing.fixture.ts';
import { fixtures } from './all.fixture.ts';
import { fixtures as conversations } from './conversation.fixture.ts';
import { SENT_AT } from './event-bus.fixture.ts';
import { observe } from './observe.fixture.ts';
import { fixtures as operations } from './operations.fixture.ts';
import { durableEvent, fixtures as workflows } from './workflow.fixture.ts';

const context = fakeContext({ invokedFunctionArn: undefined });
const always = {
  'faas.coldstart': true,
  'faas.invocation.id': context.awsRequestId,
  'faas.trigger': 'other',
  'tracelet.initialization_type': 'on-demand',
  'tracelet.trigger': expect.any(String),
};
const age = { 'tracelet.event.age_ms': expect.any(Number) };

function eventOf(name: string): unknown {
  const found = fixtures.find((fixture) => fixture.name === name);
  if (found === undefined) throw new Error(`no fixture is called ${name}`);
  return found.event;
}

/** Generic attributes in short. */
function source(facts: { arn?: string; name?: string; operation?: string; id?: string }): Record<string, string> {
  const names = { arn: 'arn', name: 'name', operation: 'operation', id: 'event_id' } as const;
  const entries = Object.entries(facts) as [keyof typeof names, string][];
  return Object.fromEntries(entries.map(([key, value]) => [`tracelet.event_source.${names[key]}`, value]));
}

const region = 'eu-central-1:123456789012';
const stateMachine = `arn:aws:states:${region}:stateMachine:checkout`;
const secret = `arn:aws:secretsmanager:${region}:secret:shop/db-a1b2c3`;
const schedule = { 'faas.trigger': 'timer', 'faas.invocation.start_time': SENT_AT, ...age };
const bus = { 'faas.trigger': 'pubsub', ...age };
const busId = '7bf73129-1428-4cd3-a780-95db273d1602';
const destination = {
  arn: `arn:aws:lambda:${region}:function:charge:$LATEST`,
  id: '8d2a5e0e-53f4-4b51-8b3a-5f0e9a7c1d22',
};
const skill = 'amzn1.ask.skill.7e1b2c3d';

it.each<[string, Record<string, unknown>]>([
  ['EventBridge', { ...bus, ...source({ name: 'com.example.shop', operation: 'order placed', id: busId }) }],
  [
    'EventBridge, an event of an AWS service',
    {
      ...bus,
      ...source({
        arn: `arn:aws:ec2:${region}:instance/i-0abcd1234efgh5678`,
        name: 'aws.ec2',
        operation: 'EC2 Instance State-change Notification',
        id: busId,
      }),
    },
  ],
  [
    'Schedule of a rule',
    { ...schedule, ...source({ arn: `arn:aws:events:${region}:rule/clean-up`, name: 'clean-up', id: busId }) },
  ],
  [
    'EventBridge Scheduler',
    {
      ...schedule,
      ...source({ arn: `arn:aws:scheduler:${region}:schedule/nightly/close-books`, name: 'close-books', id: busId }),
    },
  ],
  [
    'EventBridge, an object of S3',
    {
      ...bus,
      ...source({ arn: 'arn:aws:s3:::shop-orders', name: 'aws.s3', operation: 'Object Created', id: busId }),
      'tracelet.event_source.nested': ['s3'],
    },
  ],
  [
    'Schedule of a rule with an input of its own',
    {
      ...schedule,
      'faas.cron': 'rate(5 minutes)',
      ...source({ arn: `arn:aws:events:${region}:rule/clean-up`, name: 'clean-up', id: busId }),
    },
  ],
  ['EventBridge Scheduler with an input of its own', { 'faas.trigger': 'timer', 'faas.cron': 'cron(0 5 * * ? *)' }],
  [
    'CloudWatch alarm',
    {
      ...age,
      ...source({
        arn: `arn:aws:cloudwatch:${region}:alarm:checkout-errors`,
        name: 'checkout-errors',
        operation: 'ALARM',
      }),
    },
  ],
  ['Cognito, sign-up', source({ name: 'eu-central-1_Example12', operation: 'PreSignUp_SignUp' })],
  [
    'Step Functions task',
    {
      ...age,
      'aws.step_functions.state_machine.arn': stateMachine,
      ...source({
        arn: stateMachine,
        name: 'checkout',
        operation: 'Charge card',
        id: `arn:aws:states:${region}:execution:checkout:0f1e2d3c-order-77120`,
      }),
    },
  ],
  ['Step Functions task with a token and a carrier of its own', {}],
  ['Lambda destination, success', { ...age, ...source({ ...destination, operation: 'Success' }) }],
  [
    'Lambda destination, failure of an EventBridge event',
    { ...age, ...source({ ...destination, operation: 'RetriesExhausted' }) },
  ],
  ['Durable function, start', source({ operation: 'start', id: durableEvent.DurableExecutionArn })],
  [
    'Durable function, replay of an EventBridge event',
    source({ operation: 'replay', id: durableEvent.DurableExecutionArn }),
  ],
  ['Lex V2', source({ name: 'florist', operation: 'OrderFlowers', id: '35dfd4ac-3ad7-4b2e-8f7e-6b0a8c1e9d10' })],
  ['Lex V1', source({ name: 'florist', operation: 'OrderFlowers' })],
  [
    'Connect',
    source({
      arn: `arn:aws:connect:${region}:instance/9308c2a1-9bc6-4cea-8290-6c0b4a6d38fa`,
      name: 'sales',
      operation: 'INBOUND',
      id: '4a573372-1f28-4e26-b97b-9c2e1f0a7d31',
    }),
  ],
  [
    'Alexa, intent',
    { ...age, ...source({ name: skill, operation: 'OrderFlowers', id: 'amzn1.echo-api.request.5a6b7c8d' }) },
  ],
  ['Alexa, launch', source({ name: skill, operation: 'LaunchRequest', id: 'amzn1.echo-api.request.6b7c8d9e' })],
  ['Bedrock agent, function', source({ name: 'florist', operation: 'placeOrder' })],
  ['Bedrock agent, API schema', source({ name: 'florist', operation: '/orders/{orderId}' })],
  [
    'CloudFormation custom resource',
    source({
      arn: `arn:aws:cloudformation:${region}:stack/shop/51af3dc0-da77-11e4-872e-1234567db123`,
      name: 'SeedData',
      operation: 'Update',
      id: '1f2e3d4c-5b6a-7980-8f7e-6d5c4b3a2910',
    }),
  ],
  [
    'Secrets Manager rotation',
    { 'aws.secretsmanager.secret.arn': secret, ...source({ arn: secret, operation: 'createSecret' }) },
  ],
  [
    'Transfer Family identity provider',
    { 'client.address': '203.0.113.9', ...source({ name: 's-0123456789abcdef0', operation: 'SFTP' }) },
  ],
  ['CodePipeline job', source({ id: '11111111-abcd-1111-abcd-111111abcdef' })],
  [
    'CodeCommit',
    {
      ...age,
      ...source({
        arn: `arn:aws:codecommit:${region}:shop`,
        name: 'build',
        operation: 'ReferenceChanges',
        id: '31ade2c7-f889-47c5-a937-1cf99e2790e9',
      }),
    },
  ],
  ['CodeDeploy hook', source({ id: 'd-EXAMPLE77' })],
  [
    'Config rule',
    source({
      arn: `arn:aws:config:${region}:config-rule/config-rule-0a1b2c`,
      name: 'buckets-are-private',
      operation: 'ConfigurationItemChangeNotification',
    }),
  ],
  ['IoT button', source({ name: 'G030MD0123456789', operation: 'SINGLE' })],
  ['IoT 1-Click button', { ...age, ...source({ name: 'G030PM0123456789', operation: 'DOUBLE' }) }],
  ['Direct invocation or plain Step Functions input', {}],
])('describes the span of %s', async (name, attributes) => {
  const { invocation, batch } = await observe(eventOf(name), context);
  expect(batch).toBeUndefined();
  expect(invocation.name).toBe('shop');
  expect(invocation.attributes).toEqual({ ...always, ...attributes });
});

it('measures the age of an event from its own timestamp', async () => {
  const before = Date.now() - Date.parse(SENT_AT);
  const { invocation } = await observe(eventOf('CloudWatch alarm'));
  const ageMs = Number(invocation.attributes['tracelet.event.age_ms']);
  expect(ageMs).toBeGreaterThanOrEqual(Math.max(0, before));
  expect(ageMs).toBeLessThanOrEqual(Math.max(0, Date.now() - Date.parse(SENT_AT)));
});

it.each([...operations, ...workflows, ...conversations].map(({ name, event }) => [name, event] as const))(
  'keeps passwords, tokens, signed addresses, people and their words out of the span of %s',
  async (_name, event) => {
    const { invocation } = await observe(event);
    const written = JSON.stringify([invocation.name, invocation.attributes]);
    const secrets = [
      's3cr3t',
      'X-Amz-Signature',
      'AQCEAAAA',
      'dG9rZW4',
      'ada',
      'ask.account',
      '+4930',
      'roses',
      'echo-api.session',
    ];
    expect(secrets.filter((one) => written.includes(one))).toEqual([]);
  },
);

it.each([
  [{ Status: 'SUCCEEDED', Result: '1' }, { code: 0 }, undefined],
  [{ Status: 'PENDING' }, { code: 0 }, undefined],
  [undefined, { code: 0 }, undefined],
  [{ Status: 'FAILED' }, { code: 2 }, 'FAILED'],
  [
    { Status: 'FAILED', Error: { ErrorType: 'CardError', ErrorMessage: 'declined' } },
    { code: 2, message: 'declined' },
    'CardError',
  ],
])('judges the answer %j of a durable function', async (result, status, errorType) => {
  const { invocation } = await observe(durableEvent, context, result);
  expect(invocation.status).toEqual(status);
  expect(invocation.attributes['error.type']).toBe(errorType);
});
