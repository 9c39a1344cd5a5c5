import { SENT_AT } from './event-bus.fixture.ts';
import { type Fixture, TRACEPARENT } from './trigger.fixture.ts';

// Shapes: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
// https://docs.aws.amazon.com/lambda/latest/api/API_Operation.html

const stateMachine = 'arn:aws:states:eu-central-1:123456789012:stateMachine:checkout';

export const taskEvent = {
  orderId: 'o-77120',
  Execution: {
    Id: 'arn:aws:states:eu-central-1:123456789012:execution:checkout:0f1e2d3c-order-77120',
    Input: { orderId: 'o-77120', traceparent: TRACEPARENT },
    Name: '0f1e2d3c-order-77120',
    RoleArn: 'arn:aws:iam::123456789012:role/checkout',
    StartTime: '2026-11-21T04:59:58.000Z',
    RedriveCount: 0,
  },
  State: { EnteredTime: SENT_AT, Name: 'Charge card', RetryCount: 0 },
  StateMachine: { Id: stateMachine, Name: 'checkout' },
};

export const destinationEvent = {
  version: '1.0',
  timestamp: SENT_AT,
  requestContext: {
    requestId: '8d2a5e0e-53f4-4b51-8b3a-5f0e9a7c1d22',
    functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:charge:$LATEST',
    condition: 'Success',
    approximateInvokeCount: 1,
  },
  requestPayload: { orderId: 'o-77120', traceparent: TRACEPARENT },
  responseContext: { statusCode: 200, executedVersion: '$LATEST' },
  responsePayload: { charged: true },
};

const execution = (input: unknown): Readonly<Record<string, unknown>> => ({
  Id: '9a1b7c2d-execution',
  Type: 'EXECUTION',
  Status: 'STARTED',
  StartTimestamp: SENT_AT,
  ExecutionDetails: { InputPayload: JSON.stringify(input) },
});

export const durableEvent = {
  DurableExecutionArn:
    'arn:aws:lambda:eu-central-1:123456789012:function:checkout:7/durable-execution/order-77120/5c8b9e10-2f4d-3a6b',
  CheckpointToken: 'dG9rZW4tZm9yLWNoZWNrcG9pbnRz',
  InitialExecutionState: {
    Operations: [execution({ orderId: 'o-77120', traceparent: TRACEPARENT })],
    NextMarker: '',
  },
};

export const fixtures: readonly Fixture[] = [
  { name: 'Step Functions task', event: taskEvent, matches: ['step-functions'], context: 'parent' },
  {
    name: 'Step Functions task with a token and a carrier of its own',
    event: { order: { id: 'o-77120' }, taskToken: 'AQCEAAAAKgAAAAMAAAAAAAAAAbZ5Yw2mXJ', traceparent: TRACEPARENT },
    matches: ['step-functions'],
    context: 'parent',
  },
  {
    name: 'Step Functions task with the context object and a token',
    event: { ...taskEvent, Task: { Token: 'AQCEAAAAKgAAAAMAAAAAAAAAAbZ5Yw2mXJ' } },
    matches: ['step-functions'],
    context: 'parent',
  },
  {
    name: 'Step Functions task with execution and state alone',
    event: { Execution: { Id: taskEvent.Execution.Id }, State: taskEvent.State },
    matches: ['step-functions'],
  },
  {
    name: 'Step Functions task with nothing but a token',
    event: { TaskToken: 'AQCEAAAAKgAAAAMAAAAAAAAAAbZ5Yw2mXJ' },
    matches: ['step-functions'],
  },
  {
    name: 'Lambda destination, success',
    event: destinationEvent,
    matches: ['lambda-destination'],
    context: 'parent',
  },
  {
    name: 'Lambda destination, failure of an EventBridge event',
    event: {
      ...destinationEvent,
      requestContext: { ...destinationEvent.requestContext, condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: {
        'detail-type': 'order placed',
        source: 'com.example.shop',
        detail: { traceparent: TRACEPARENT },
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'declined' },
    },
    matches: ['lambda-destination'],
    context: 'parent',
  },
  { name: 'Durable function, start', event: durableEvent, matches: ['durable-function'], context: 'parent' },
  {
    name: 'Durable function, replay of an EventBridge event',
    event: {
      ...durableEvent,
      InitialExecutionState: {
        Operations: [
          execution({ 'detail-type': 'order placed', detail: { traceparent: TRACEPARENT } }),
          { Id: '1', Type: 'STEP', Status: 'SUCCEEDED', StepDetails: { Result: '"charged"' } },
        ],
      },
    },
    matches: ['durable-function'],
    context: 'parent',
  },
  {
    name: 'Durable function without a carrier',
    event: { ...durableEvent, InitialExecutionState: { Operations: [execution({ orderId: 'o-77120' })] } },
    matches: ['durable-function'],
  },
  {
    name: 'Direct invocation or plain Step Functions input',
    event: { orderId: 'o-77120', traceparent: TRACEPARENT },
    matches: [],
    context: 'parent',
  },
  { name: 'Direct invocation without a carrier', event: { orderId: 'o-77120', baggage: '2 bags' }, matches: [] },
];
