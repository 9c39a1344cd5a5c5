import type {
  CloudFormationCustomResourceUpdateEvent,
  CodePipelineEvent,
  SecretsManagerRotationEvent,
  TransferFamilyAuthorizerEvent,
} from 'aws-lambda';
import { SENT_AT } from './event-bus.fixture.ts';
import type { Fixture } from './trigger.fixture.ts';

// Shapes: https://docs.aws.amazon.com/lambda/latest/dg/services-codecommit.html
// https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html
// https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_example-events.html
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
// https://docs.aws.amazon.com/transfer/latest/userguide/custom-lambda-idp.html
// https://docs.aws.amazon.com/iot-1-click/latest/developerguide/1click-programming.html

export const cloudformationEvent: CloudFormationCustomResourceUpdateEvent = {
  RequestType: 'Update',
  ResponseURL: 'https://cloudformation-custom-resource.s3.amazonaws.com/arn?X-Amz-Signature=s3cr3t',
  StackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/shop/51af3dc0-da77-11e4-872e-1234567db123',
  RequestId: '1f2e3d4c-5b6a-7980-8f7e-6d5c4b3a2910',
  ResourceType: 'Custom::Seed',
  LogicalResourceId: 'SeedData',
  PhysicalResourceId: 'seed-77120',
  ServiceToken: 'arn:aws:lambda:eu-central-1:123456789012:function:shop',
  ResourceProperties: { ServiceToken: 'arn:aws:lambda:eu-central-1:123456789012:function:shop', password: 's3cr3t' },
  OldResourceProperties: { ServiceToken: 'arn:aws:lambda:eu-central-1:123456789012:function:shop' },
};

export const rotationEvent: SecretsManagerRotationEvent = {
  Step: 'createSecret',
  SecretId: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/db-a1b2c3',
  ClientRequestToken: 's3cr3t-6d5c4b3a-2910',
};

export const transferEvent: TransferFamilyAuthorizerEvent = {
  username: 'ada',
  password: 's3cr3t',
  protocol: 'SFTP',
  serverId: 's-0123456789abcdef0',
  sourceIp: '203.0.113.9',
};

const credentials = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 's3cr3t', sessionToken: 's3cr3t' };

export const codepipelineEvent: CodePipelineEvent = {
  'CodePipeline.job': {
    id: '11111111-abcd-1111-abcd-111111abcdef',
    accountId: '123456789012',
    data: {
      actionConfiguration: { configuration: { FunctionName: 'shop', UserParameters: '{"stage":"prod"}' } },
      inputArtifacts: [],
      outputArtifacts: [],
      artifactCredentials: credentials,
    },
  },
};

export const codecommitEvent = {
  Records: [
    {
      awsRegion: 'eu-central-1',
      codecommit: { references: [{ commit: '5e493c6f3067653f3d04eca608b4901eb227078', ref: 'refs/heads/main' }] },
      eventId: '31ade2c7-f889-47c5-a937-1cf99e2790e9',
      eventName: 'ReferenceChanges',
      eventPartNumber: 1,
      eventSource: 'aws:codecommit',
      eventSourceARN: 'arn:aws:codecommit:eu-central-1:123456789012:shop',
      eventTime: SENT_AT,
      eventTotalParts: 1,
      eventTriggerConfigId: '0f1e2d3c-4b5a',
      eventTriggerName: 'build',
      eventVersion: '1.0',
      userIdentityARN: 'arn:aws:iam::123456789012:user/ada',
    },
  ],
};

export const configEvent = {
  version: '1.0',
  invokingEvent: JSON.stringify({
    configurationItem: { resourceType: 'AWS::S3::Bucket', resourceId: 'shop-orders', tags: {} },
    messageType: 'ConfigurationItemChangeNotification',
  }),
  ruleParameters: '{"minimum":"1"}',
  resultToken: 's3cr3t',
  eventLeftScope: false,
  executionRoleArn: 'arn:aws:iam::123456789012:role/config',
  configRuleArn: 'arn:aws:config:eu-central-1:123456789012:config-rule/config-rule-0a1b2c',
  configRuleName: 'buckets-are-private',
  configRuleId: 'config-rule-0a1b2c',
  accountId: '123456789012',
};

export const oneClickEvent = {
  deviceEvent: { buttonClicked: { clickType: 'DOUBLE', reportedTime: SENT_AT } },
  deviceInfo: { deviceId: 'G030PM0123456789', type: 'button', remainingLife: 98.7, attributes: {} },
  placementInfo: { projectName: 'refill', placementName: 'kitchen', attributes: {}, devices: {} },
};

export const fixtures: readonly Fixture[] = [
  { name: 'CloudFormation custom resource', event: cloudformationEvent, matches: ['cloudformation'] },
  { name: 'Secrets Manager rotation', event: rotationEvent, matches: ['secrets-manager'] },
  { name: 'Transfer Family identity provider', event: transferEvent, matches: ['transfer-family'] },
  { name: 'CodePipeline job', event: codepipelineEvent, matches: ['codepipeline'] },
  { name: 'CodeCommit', event: codecommitEvent, matches: ['codecommit'] },
  {
    name: 'CodeDeploy hook',
    event: { DeploymentId: 'd-EXAMPLE77', LifecycleEventHookExecutionId: 's3cr3t' },
    matches: ['codedeploy'],
  },
  { name: 'Config rule', event: configEvent, matches: ['config'] },
  {
    name: 'IoT button',
    event: { serialNumber: 'G030MD0123456789', batteryVoltage: '1567mV', clickType: 'SINGLE' },
    matches: ['iot-button'],
  },
  { name: 'IoT 1-Click button', event: oneClickEvent, matches: ['iot-button'] },
];
