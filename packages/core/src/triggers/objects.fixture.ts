import type { S3BatchEvent, S3Event, S3EventRecord } from 'aws-lambda';
import { type Fixture, TRACEPARENT } from './trigger.fixture.ts';

// Shapes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
// https://docs.aws.amazon.com/lambda/latest/dg/services-s3-batch.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-event-context.html
// https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda-event.html

const TIME = '2023-11-14T22:13:20.000Z';

export function s3Record(eventName: string): S3EventRecord {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'eu-central-1',
    eventTime: TIME,
    eventName,
    userIdentity: { principalId: 'AWS:AIDAINPONIXMPLT3IKHL2' },
    requestParameters: { sourceIPAddress: '203.0.113.9' },
    responseElements: { 'x-amz-request-id': 'D82B88E5F771F645', 'x-amz-id-2': 'vlR7PnpV2Ce81l0PRw6jlUpck7Jo5Zs' },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: '828aa6fc-f7b5-4305-8584-487c791949c1',
      bucket: { name: 'invoices', ownerIdentity: { principalId: 'A3NL1KOZZKExample' }, arn: 'arn:aws:s3:::invoices' },
      object: { key: '2026/a+b%26c.pdf', size: 1305107, eTag: 'b21b84d653bb07b0', sequencer: '0C0F6F405D6ED209E1' },
    },
  };
}

export const s3Event: S3Event = { Records: [s3Record('ObjectCreated:Put')] };

export const s3BatchEvent: S3BatchEvent = {
  invocationSchemaVersion: '1.0',
  invocationId: 'YXNkbGZqYWRmaiBhc2RmdW9hZHNm',
  job: { id: 'f3cc4f60-61f6-4a2b-8a21-d07600c373ce' },
  tasks: [{ taskId: 'dGFza2lk', s3Key: 'a/b.txt', s3VersionId: null, s3BucketArn: 'arn:aws:s3:::archive' }],
};

export const s3BatchEventV2 = {
  invocationSchemaVersion: '2.0',
  invocationId: 'YXNkbGZqYWRmaiBhc2RmdW9hZHNm',
  job: { id: 'f3cc4f60-61f6-4a2b-8a21-d07600c373ce', userArguments: { traceparent: TRACEPARENT } },
  tasks: [{ taskId: 'dGFza2lk', s3Key: 'a/b.txt', s3VersionId: null, s3Bucket: 'archive' }],
};

export const objectLambdaEvent = {
  xAmzRequestId: '1a5ed718-5f53-471d-b6fe-5cf62d88d02a',
  getObjectContext: {
    inputS3Url: 'https://files-123456789012.s3-accesspoint.eu-central-1.amazonaws.com/a.txt?X-Amz-Signature=1',
    outputRoute: 'io-cell001',
    outputToken: 'token',
  },
  configuration: {
    accessPointArn: 'arn:aws:s3-object-lambda:eu-central-1:123456789012:accesspoint/redacted',
    supportingAccessPointArn: 'arn:aws:s3:eu-central-1:123456789012:accesspoint/files',
    payload: '',
  },
  userRequest: {
    url: 'https://redacted-123456789012.s3-object-lambda.eu-central-1.amazonaws.com/a.txt',
    headers: { Host: 'redacted-123456789012.s3-object-lambda.eu-central-1.amazonaws.com', Traceparent: TRACEPARENT },
  },
  userIdentity: { type: 'IAMUser', principalId: 'AIDAINPONIXMPLT3IKHL2' },
  protocolVersion: '1.00',
};

export const sesEvent = {
  Records: [
    {
      eventSource: 'aws:ses',
      eventVersion: '1.0',
      ses: {
        mail: {
          timestamp: TIME,
          source: 'somebody@example.net',
          messageId: 'd6iitobk75ur44p8kdnnp7g2n800',
          destination: ['shop@example.com'],
          headersTruncated: false,
          headers: [{ name: 'traceparent', value: TRACEPARENT }],
          commonHeaders: { returnPath: 'somebody@example.net', date: TIME, messageId: '<1@example.net>' },
        },
        receipt: { timestamp: TIME, processingTimeMillis: 222, recipients: ['shop@example.com'] },
      },
    },
  ],
};

export const iotEvent = {
  topic: 'sensors/7/temperature',
  clientid: 'sensor-7',
  traceid: 'd8c1e0fb-3a9e-4b2b-9f0d-0c6a4d6b3a01',
  temperature: 21.5,
  traceparent: TRACEPARENT,
};

export const fixtures: readonly Fixture[] = [
  { name: 'S3', event: s3Event, matches: ['s3'] },
  { name: 'S3 Batch Operations', event: s3BatchEvent, matches: ['s3-batch'] },
  { name: 'S3 Batch Operations, schema 2.0', event: s3BatchEventV2, matches: ['s3-batch'], context: 'parent' },
  { name: 'S3 Object Lambda', event: objectLambdaEvent, matches: ['s3-object-lambda'], context: 'parent' },
  { name: 'SES', event: sesEvent, matches: ['ses'] },
  { name: 'IoT rule', event: iotEvent, matches: ['iot-rule'], context: 'parent' },
];
