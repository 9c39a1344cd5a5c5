import { expect, it } from 'vitest';
import { fakeContext, recorder } from './tracing.fixture.ts';
import { dynamodbRecord, sqsEvent } from './triggers/batch.fixture.ts';
import { itemContext } from './triggers/dynamodb-streams.ts';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

it("reads a record's context from where it is told: an attribute of the item", async () => {
  const { lambda, spans } = recorder();
  const record = dynamodbRecord('1');
  const NewImage = { ...record.dynamodb?.NewImage, trace: { S: TRACEPARENT } };
  const handler = lambda.dynamodb({ carrier: itemContext('trace') }, async () => {});
  await handler({ Records: [{ ...record, dynamodb: { ...record.dynamodb, NewImage } }, record] }, fakeContext());
  const links = spans().map((span) => span.links.map(({ context }) => context.traceId));
  expect(links).toEqual([['0af7651916cd43dd8448eb211c80319c'], [], [], []]);
});

it('goes on to the usual place where there is nothing', async () => {
  const { lambda, spans } = recorder();
  await lambda.sqs({ carrier: () => undefined }, async () => {})(sqsEvent, fakeContext());
  expect(spans().flatMap(({ links }) => links).length).toBeGreaterThan(0);
});
