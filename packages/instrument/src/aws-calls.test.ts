import { Agent, type ServerResponse } from 'node:http';
import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agentOf, dynamodb, ids, json, type Recorder, send, signed, startRecorder, told } from './aws-rig.fixture.ts';
import { nodeHttp } from './node-http.ts';
import { type Rig, rig } from './rig.fixture.ts';
import { undiciFetch } from './undici-fetch.ts';

let server: Recorder;
let on: Rig;

beforeAll(async () => {
  server = await startRecorder();
});
afterAll(() => server.close());
beforeEach(() => {
  on = rig([nodeHttp(), undiciFetch()], server.port);
});
afterEach(() => on.dispose());

const fail =
  (status: number, body: string, headers = {}) =>
  (to: ServerResponse) =>
    to.writeHead(status, headers).end(body);

describe('an operation', () => {
  it('is named by its target, and by the table in its body', async () => {
    await on.invoke(() => send(server, dynamodb(), {}, '{"TableName":"orders","Item":{"TableName":{"S":"other"}}}'));
    expect(told(on)).toEqual([
      {
        name: 'DynamoDB.PutItem',
        attributes: {
          'rpc.system.name': 'aws-api',
          'rpc.method': 'DynamoDB/PutItem',
          'db.system.name': 'aws.dynamodb',
          'db.operation.name': 'PutItem',
          'db.collection.name': 'orders',
          'aws.dynamodb.table_names': ['orders'],
          'cloud.region': 'eu-west-1',
          'aws.request_id': 'rid-1',
          'http.response.status_code': 200,
        },
      },
    ]);
    expect(server.received.at(-1)?.body).toBe('{"TableName":"orders","Item":{"TableName":{"S":"other"}}}');
  });

  it.each([
    [
      'AmazonSQS.SendMessage',
      'sqs',
      '{"QueueUrl":"https://sqs.eu-west-1.amazonaws.com/1/orders","MessageBody":"{\\"TopicArn\\":\\"x\\"}"}',
      'SQS.SendMessage',
      'orders',
      'send',
    ],
    [
      'AmazonSQS.ReceiveMessage',
      'sqs',
      '{"QueueUrl":"https://host/1/orders"}',
      'SQS.ReceiveMessage',
      'orders',
      'receive',
    ],
    [
      'AmazonSQS.DeleteMessageBatch',
      'sqs',
      '{"QueueUrl":"https://host/1/orders"}',
      'SQS.DeleteMessageBatch',
      'orders',
      'settle',
    ],
    [
      'Kinesis_20131202.PutRecords',
      'kinesis',
      '{"Records":[{"Data":"e30="}],"StreamARN":"arn:aws:kinesis:eu-west-1:1:stream/clicks"}',
      'Kinesis.PutRecords',
      'clicks',
      'send',
    ],
    [
      'AWSEvents.PutEvents',
      'eventbridge',
      '{"Entries":[{"Detail":"{}","EventBusName":"shop"}]}',
      'EventBridge.PutEvents',
      'shop',
      'send',
    ],
    [
      'Firehose_20150804.PutRecordBatch',
      'firehose',
      '{"DeliveryStreamName":"logs"}',
      'Firehose.PutRecordBatch',
      'logs',
      'send',
    ],
  ])('%s is messaging', async (target, service, body, name, destination, type) => {
    await on.invoke(() => send(server, json(target, service), {}, body));
    expect(told(on)).toMatchObject([
      {
        name,
        attributes: {
          'messaging.system.name': `aws.${service}`,
          'messaging.operation.name': name.split('.')[1],
          'messaging.operation.type': type,
          'messaging.destination.name': destination,
        },
      },
    ]);
  });

  it('of the query protocol is named by its body', async () => {
    const headers = { ...ids, 'content-type': 'application/x-www-form-urlencoded', 'user-agent': agentOf('sns') };
    const body = 'Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A1%3Aorders&Message=m';
    await on.invoke(() => send(server, headers, {}, Buffer.from(body)));
    expect(told(on)).toMatchObject([
      {
        name: 'SNS.Publish',
        attributes: {
          'rpc.method': 'SNS/Publish',
          'messaging.system.name': 'aws.sns',
          'messaging.destination.name': 'orders',
          'aws.sns.topic.arn': 'arn:aws:sns:eu-west-1:1:orders',
        },
      },
    ]);
    expect(server.received.at(-1)?.body).toBe(body);
  });

  it.each([
    [
      's3',
      'PUT',
      '/photos/a/b%20c.jpg?x-id=PutObject',
      'S3.PutObject',
      { 'aws.s3.bucket': 'photos', 'aws.s3.key': 'a/b c.jpg' },
    ],
    ['s3', 'GET', '/photos?list-type=2&prefix=a', 'S3.ListObjectsV2', { 'aws.s3.bucket': 'photos' }],
    ['s3', 'HEAD', '/photos/a.jpg', 'S3.HeadObject', { 'aws.s3.key': 'a.jpg' }],
    ['s3', 'HEAD', '/photos', 'S3.HeadBucket', { 'aws.s3.bucket': 'photos' }],
    ['s3', 'POST', '/photos/a.jpg?uploads=', 'S3.CreateMultipartUpload', { 'aws.s3.key': 'a.jpg' }],
    ['s3', 'PUT', '/photos/%E0%A4%A', 'S3.PUT', { 'aws.s3.key': '%E0%A4%A' }],
    [
      'lambda',
      'POST',
      '/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A1%3Afunction%3Aprice%3Alive/invocations',
      'Lambda.Invoke',
      { 'faas.invoked_name': 'price', 'faas.invoked_provider': 'aws', 'faas.invoked_region': 'eu-west-1' },
    ],
    [
      'cloudwatch',
      'POST',
      '/service/GraniteServiceVersion20100801/operation/PutMetricData',
      'CloudWatch.PutMetricData',
      {},
    ],
    ['secrets_manager', 'POST', '/', 'Secrets Manager.POST', {}],
  ])('of %s by %s %s is named by that', async (service, method, path, name, attributes) => {
    const headers = { ...ids, 'user-agent': agentOf(service), authorization: signed(service) };
    await on.invoke(() => send(server, headers, { method, path }));
    expect(told(on)).toMatchObject([{ name, attributes }]);
  });

  it('is known by its signature where the user agent does not name the service', async () => {
    await on.invoke(() =>
      send(server, { 'x-amz-target': 'AWSStepFunctions.StartExecution', authorization: signed('states') }),
    );
    expect(told(on)).toMatchObject([{ name: 'SFN.StartExecution', attributes: { 'cloud.region': 'eu-west-1' } }]);
  });

  it('is not what somebody else signs like one', async () => {
    await on.invoke(() => send(server, { authorization: signed('execute-api') }));
    expect(told(on)).toMatchObject([{ name: 'POST' }]);
  });

  it('is named without its body where fetch sends it', async () => {
    await on.invoke(async () =>
      (
        await fetch(server.url, {
          method: 'POST',
          body: '{"TableName":"x"}',
          headers: dynamodb() as Record<string, string>,
        })
      ).text(),
    );
    expect(told(on)).toMatchObject([{ name: 'DynamoDB.PutItem', attributes: { 'aws.request_id': 'rid-1' } }]);
  });
});

describe('retries', () => {
  const THROTTLED =
    '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow"}';

  it('are events of one span, throttles counted', async () => {
    const agent = new Agent({ keepAlive: true });
    server.plan(fail(400, THROTTLED), fail(500, ''));
    await on.invoke(async () => {
      for (const attempt of [1, 2, 3]) await send(server, dynamodb(attempt), { agent });
    });
    expect(told(on)).toMatchObject([
      {
        name: 'DynamoDB.PutItem',
        attributes: {
          'http.response.status_code': 200,
          'http.request.resend_count': 2,
          'tracelet.aws.throttle_count': 1,
        },
        events: [
          {
            name: 'aws.attempt',
            'http.response.status_code': 400,
            'error.type': 'ProvisionedThroughputExceededException',
            'http.request.resend_count': 0,
          },
          {
            name: 'aws.attempt',
            'http.response.status_code': 500,
            'error.type': '500',
            'http.request.resend_count': 1,
          },
          { name: 'aws.attempt', 'http.response.status_code': 200, 'http.request.resend_count': 2 },
        ],
      },
    ]);
    expect(on.finished()[0]?.status.code).toBe(SpanStatusCode.UNSET);
    agent.destroy();
  });

  it('that end in an error give the span that error', async () => {
    const xml = '<ErrorResponse><Error><Code>SlowDown</Code></Error></ErrorResponse>';
    server.plan(fail(503, xml), fail(503, xml), fail(503, xml));
    await on.invoke(async () => {
      for (const attempt of [1, 2, 3]) await send(server, dynamodb(attempt));
    });
    expect(told(on)).toMatchObject([{ attributes: { 'error.type': 'SlowDown', 'tracelet.aws.throttle_count': 3 } }]);
    expect(on.finished()[0]?.status.code).toBe(SpanStatusCode.ERROR);
  });

  it('that never come leave a span that ended with the latest attempt', async () => {
    server.plan(fail(429, ''));
    await on.invoke(async () => {
      await send(server, dynamodb());
      await new Promise((resolve) => setTimeout(resolve, 80));
      expect(on.finished()).toEqual([]);
    });
    expect(told(on)).toMatchObject([{ attributes: { 'error.type': '429', 'tracelet.aws.throttle_count': 1 } }]);
    expect(on.finished()[0]?.duration[1]).toBeLessThan(70e6);
  });

  it('follow a connection that broke', async () => {
    server.plan((to) => to.destroy());
    await on.invoke(async () => {
      await send(server, dynamodb());
      await send(server, dynamodb(2));
    });
    expect(told(on)).toMatchObject([
      { events: [{ 'error.type': 'ECONNRESET' }, { 'http.response.status_code': 200 }] },
    ]);
  });

  it('are not waited for after an error of the caller, whose code is in the header or the body', async () => {
    server.plan(
      fail(400, '{}', { 'x-amzn-errortype': 'ResourceNotFoundException:http://internal' }),
      fail(400, '{}', { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' }),
      fail(400, '{"__type":"com.amazon.coral.validate#ValidationException"}'),
    );
    await on.invoke(async () => {
      for (let i = 1; i <= 3; i++) {
        await send(server, dynamodb());
        expect(on.finished()).toHaveLength(i);
      }
    });
    expect(on.finished().map(({ attributes }) => attributes['error.type'])).toEqual([
      'ResourceNotFoundException',
      'AWS.SimpleQueueService.NonExistentQueue',
      'ValidationException',
    ]);
  });
});
