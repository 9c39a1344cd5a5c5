import { SENT_AT } from './event-bus.fixture.ts';
import { type Fixture, TRACEPARENT } from './trigger.fixture.ts';

// Shapes: https://docs.aws.amazon.com/lexv2/latest/dg/lambda-input-format.html
// https://docs.aws.amazon.com/lex/latest/dg/lambda-input-response-format.html
// https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
// https://developer.amazon.com/en-US/docs/alexa/custom-skills/request-and-response-json-reference.html
// https://docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html

const intent = { name: 'OrderFlowers', slots: {}, state: 'ReadyForFulfillment', confirmationState: 'None' };

export const lexV2Event = {
  messageVersion: '1.0',
  invocationSource: 'FulfillmentCodeHook',
  inputMode: 'Text',
  responseContentType: 'text/plain; charset=utf-8',
  sessionId: '254819203746151',
  inputTranscript: 'ten roses, please',
  bot: { id: 'QWERT12345', name: 'florist', aliasId: 'TSTALIASID', aliasName: 'test', localeId: 'en_GB', version: '3' },
  interpretations: [{ intent, nluConfidence: 0.9 }],
  proposedNextState: { dialogAction: { type: 'Close' }, intent },
  requestAttributes: { traceparent: TRACEPARENT },
  sessionState: { intent, sessionAttributes: {}, originatingRequestId: '35dfd4ac-3ad7-4b2e-8f7e-6b0a8c1e9d10' },
  transcriptions: [],
};

export const lexV1Event = {
  messageVersion: '1.0',
  invocationSource: 'DialogCodeHook',
  userId: 'u-254819203746151',
  sessionAttributes: {},
  requestAttributes: { traceparent: TRACEPARENT },
  bot: { name: 'florist', alias: '$LATEST', version: '$LATEST' },
  outputDialogMode: 'Text',
  currentIntent: { name: 'OrderFlowers', slots: {}, slotDetails: {}, confirmationStatus: 'None' },
  inputTranscript: 'ten roses, please',
};

export const connectEvent = {
  Name: 'ContactFlowEvent',
  Details: {
    ContactData: {
      Attributes: { traceparent: TRACEPARENT },
      Channel: 'VOICE',
      ContactId: '4a573372-1f28-4e26-b97b-9c2e1f0a7d31',
      CustomerEndpoint: { Address: '+4930123456', Type: 'TELEPHONE_NUMBER' },
      InitialContactId: '4a573372-1f28-4e26-b97b-9c2e1f0a7d31',
      InitiationMethod: 'INBOUND',
      InstanceARN: 'arn:aws:connect:eu-central-1:123456789012:instance/9308c2a1-9bc6-4cea-8290-6c0b4a6d38fa',
      PreviousContactId: '4a573372-1f28-4e26-b97b-9c2e1f0a7d31',
      Queue: { ARN: 'arn:aws:connect:eu-central-1:123456789012:instance/9308c2a1/queue/5cba7cbf', Name: 'sales' },
      SystemEndpoint: { Address: '+4930654321', Type: 'TELEPHONE_NUMBER' },
    },
    Parameters: { language: 'de' },
  },
};

export const alexaEvent = {
  version: '1.0',
  session: { new: true, sessionId: 'amzn1.echo-api.session.0f1e2d3c', user: { userId: 'amzn1.ask.account.AE4X' } },
  context: {
    System: {
      application: { applicationId: 'amzn1.ask.skill.7e1b2c3d' },
      device: { deviceId: 'amzn1.ask.device.AF5Y', supportedInterfaces: {} },
      user: { userId: 'amzn1.ask.account.AE4X' },
    },
  },
  request: {
    type: 'IntentRequest',
    requestId: 'amzn1.echo-api.request.5a6b7c8d',
    timestamp: SENT_AT,
    locale: 'de-DE',
    intent: { name: 'OrderFlowers', confirmationStatus: 'NONE', slots: {} },
  },
};

export const bedrockEvent = {
  messageVersion: '1.0',
  agent: { name: 'florist', id: 'AGENT12345', alias: 'TSTALIASID', version: 'DRAFT' },
  inputText: 'ten roses, please',
  sessionId: '254819203746151',
  actionGroup: 'orders',
  function: 'placeOrder',
  parameters: [{ name: 'count', type: 'integer', value: '10' }],
  sessionAttributes: {},
  promptSessionAttributes: { traceparent: TRACEPARENT },
};

export const cognitoEvent = {
  version: '1',
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_Example12',
  userName: 'd2c1b0a9-ada',
  callerContext: { awsSdkVersion: 'aws-sdk-js-3.900.0', clientId: '3n4b5urk1ft4fl3mg5e62d9ado' },
  triggerSource: 'PreSignUp_SignUp',
  request: {
    userAttributes: { email: 'ada@example.com' },
    validationData: null,
    clientMetadata: { traceparent: TRACEPARENT },
  },
  response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
};

export const fixtures: readonly Fixture[] = [
  { name: 'Lex V2', event: lexV2Event, matches: ['lex-v2'], context: 'parent' },
  { name: 'Lex V1', event: lexV1Event, matches: ['lex-v1'], context: 'parent' },
  { name: 'Lex V1 without attributes', event: { ...lexV1Event, requestAttributes: null }, matches: ['lex-v1'] },
  { name: 'Connect', event: connectEvent, matches: ['connect'], context: 'parent' },
  {
    name: 'Connect without a queue, with a carrier among the parameters',
    event: {
      ...connectEvent,
      Details: {
        ContactData: { ...connectEvent.Details.ContactData, Attributes: {}, Queue: null, InitiationMethod: 'API' },
        Parameters: { traceparent: TRACEPARENT },
      },
    },
    matches: ['connect'],
    context: 'parent',
  },
  { name: 'Alexa, intent', event: alexaEvent, matches: ['alexa'] },
  {
    name: 'Alexa, launch',
    event: { ...alexaEvent, request: { type: 'LaunchRequest', requestId: 'amzn1.echo-api.request.6b7c8d9e' } },
    matches: ['alexa'],
  },
  { name: 'Bedrock agent, function', event: bedrockEvent, matches: ['bedrock-agent'], context: 'parent' },
  {
    name: 'Bedrock agent, API schema',
    event: {
      ...bedrockEvent,
      function: undefined,
      apiPath: '/orders/{orderId}',
      httpMethod: 'GET',
      promptSessionAttributes: {},
      sessionAttributes: { traceparent: TRACEPARENT },
    },
    matches: ['bedrock-agent'],
    context: 'parent',
  },
  { name: 'Cognito, sign-up', event: cognitoEvent, matches: ['cognito'], context: 'parent' },
  {
    name: 'Cognito, token generation',
    event: { ...cognitoEvent, triggerSource: 'TokenGeneration_HostedAuth', request: { groupConfiguration: {} } },
    matches: ['cognito'],
  },
];
