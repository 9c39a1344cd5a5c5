import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { configure } from '@codegenie/serverless-express';
import middy from '@middy/core';
import { events, fakeContext, harness } from '@tracelet/testing';
import type { APIGatewayProxyEventV2, Context, SQSEvent, SQSRecord } from 'aws-lambda';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { lambda, span } from './index.ts';

const { run } = harness();
const order = events.sqs([{ body: { id: 1 } }, { body: { id: 2 } }]);

describe('middy', () => {
  const steps: string[] = [];
  const note = {
    before: () => void steps.push('before'),
    after: () => void steps.push('after'),
    onError: () => void steps.push('onError'),
  };
  const work = async (event: unknown) =>
    span('work', async () => {
      steps.push('handler');
      if ((event as { fail?: boolean }).fail === true) throw new RangeError('asked to');
      return { statusCode: 200 };
    });

  it.each([
    ['around lambda', middy().use(note).handler(lambda(work))],
    ['inside lambda', lambda(middy().use(note).handler(work))],
    ['around and inside', lambda(middy().use(note).handler(lambda(work)))],
  ])('%s runs its steps in order and gives one tree', async (_where, handler) => {
    steps.length = 0;
    const good = await run(handler, {});
    expect(good).toMatchObject({ ok: true, result: { statusCode: 200 } });
    expect(steps).toEqual(['before', 'handler', 'after']);
    expect(`\n${good.spans}`).toBe(`
SERVER local-function  faas.coldstart=false
  INTERNAL work`);
    const bad = await run(handler, { fail: true });
    expect(bad).toMatchObject({ ok: false, error: new RangeError('asked to') });
    expect(steps.slice(3)).toEqual(['before', 'handler', 'onError']);
    expect(`\n${bad.spans}`).toBe(`
SERVER local-function  [error RangeError] "asked to" faas.coldstart=false
  INTERNAL work  [error RangeError] "asked to"`);
  });
});

describe('Powertools', () => {
  it('logs through its own Logger inside lambda, with the context it wants', async () => {
    const lines: string[] = [];
    const logger = new Logger({ serviceName: 'shop' });
    const console = { ...globalThis.console, info: (line: string) => void lines.push(line) };
    Object.assign(logger, { console });
    const handler = lambda(
      middy()
        .use(injectLambdaContext(logger))
        .handler(async () => void logger.info('through Powertools')),
    );
    const { ok, spans } = await run(handler, {});
    expect(ok).toBe(true);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        message: 'through Powertools',
        function_name: 'local-function',
        function_request_id: fakeContext().awsRequestId,
      },
    ]);
    expect(String(spans)).toBe('SERVER local-function  faas.coldstart=false');
  });

  it('answers for a batch, with a span for each of its records, and its answer judged', async () => {
    const processor = new BatchProcessor(EventType.SQS);
    const each = lambda.record(async (record: SQSRecord) => {
      if (record.body.includes('2')) throw new TypeError('no such order');
    });
    const handler = lambda(async (event: SQSEvent, context: Context) =>
      processPartialResponse(event, each, processor, { context }),
    );
    const { result, spans } = (await run(handler, order)) as { result: unknown; spans: unknown };
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: order.Records[1]?.messageId }] });
    expect(String(spans)).toMatchInlineSnapshot(`
      "SERVER local-function  faas.coldstart=false
        CONSUMER process orders  messaging.batch.message_count=2
          CONSUMER process orders  messaging.message.id=059f36b4-87a3-44ab-83d2-000000000001
          CONSUMER process orders  [error TypeError] "no such order" messaging.message.id=059f36b4-87a3-44ab-83d2-000000000002"
    `);
  });
});

describe('serverless-express', () => {
  const app = express();
  app.get('/pets/:id', async (request, response) => {
    await span('find pet', async () => {});
    response.status(201).json({ id: request.params.id });
  });
  const handler = lambda(configure({ app }));

  it('serves requests inside one tree each', async () => {
    const event = events.apiGatewayHttp({ method: 'GET', path: '/pets/7' });
    const { result, spans } = (await run(handler as never, event as APIGatewayProxyEventV2)) as {
      result: unknown;
      spans: unknown;
    };
    expect(result).toMatchObject({ statusCode: 201, body: '{"id":"7"}' });
    expect(String(spans)).toMatchInlineSnapshot(`
      "SERVER GET /pets/7  faas.coldstart=false http.response.status_code=201
        INTERNAL find pet"
    `);
  });
});
