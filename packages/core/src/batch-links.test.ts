import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { fakeContext, invoke, recorder } from './tracing.fixture.ts';
import { sqsEvent, sqsRecord, XRAY_LINK } from './triggers/batch.fixture.ts';
import { snsBody, snsEvent } from './triggers/queues.fixture.ts';
import { TRACEPARENT } from './triggers/trigger.fixture.ts';

const CALLER_LINK = '0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331';

const hex = (index: number, digits: number): string => (index + 1).toString(16).padStart(digits, '0');

/** Messages of as many producers, and of each producer two. */
function ofProducers(count: number): SQSEvent {
  const messages = Array.from({ length: count * 2 }, (_, index) => {
    const stringValue = `00-${hex(index % count, 32)}-${hex(index % count, 16)}-01`;
    return sqsRecord(`m${index}`, { messageAttributes: { traceparent: { dataType: 'String', stringValue } } });
  });
  return { Records: messages };
}

async function batchOf(event: SQSEvent): Promise<{ links: number; stated: unknown }> {
  const { lambda, spans } = recorder();
  await invoke(
    lambda(async () => undefined),
    event,
    fakeContext(),
  );
  const batch = spans().find(({ name }) => name === 'process orders');
  return { links: batch?.links.length ?? -1, stated: batch?.attributes['tracelet.batch.producer_count'] };
}

describe('the batch span', () => {
  it('links to each producer once when the handler takes the batch whole', async () => {
    expect(await batchOf(ofProducers(3))).toEqual({ links: 3, stated: undefined });
    expect(await batchOf(ofProducers(128))).toEqual({ links: 128, stated: undefined });
  });

  it('states how many producers there are when they are more than it can link to', async () => {
    expect(await batchOf(ofProducers(129))).toEqual({ links: 128, stated: 129 });
  });

  it('leaves the links to the spans of the records where those have their own', async () => {
    const { lambda, tree } = recorder();
    await lambda.sqs(async () => {})(sqsEvent, fakeContext());
    expect(tree()).toEqual([
      'shop SERVER',
      '  process orders CONSUMER',
      `    process orders CONSUMER -> ${XRAY_LINK}`,
      `    process orders CONSUMER -> ${CALLER_LINK}`,
    ]);
  });

  it('has no links when the records cannot be read', async () => {
    expect(await batchOf({ Records: [sqsEvent.Records[0], null] } as never)).toEqual({ links: 0, stated: undefined });
  });
});

describe('a record', () => {
  async function linkOf(body: string, AWSTraceHeader: string | undefined, outer?: string): Promise<string | undefined> {
    const { lambda, tree } = recorder();
    const { attributes } = sqsRecord('m1');
    const record = sqsRecord('m1', {
      body,
      attributes: { ...attributes, ...(AWSTraceHeader && { AWSTraceHeader }) },
      messageAttributes: outer ? { traceparent: { dataType: 'String', stringValue: outer } } : {},
    });
    await lambda.sqs(async () => {})({ Records: [record] }, fakeContext());
    return tree()[2]?.split('-> ')[1];
  }

  const xray = sqsEvent.Records[0]?.attributes.AWSTraceHeader;

  it('is linked by its own attributes first, then by what is inside, by AWSTraceHeader last', async () => {
    const other = `00-${hex(1, 32)}-${hex(1, 16)}-01`;
    expect(await linkOf(snsBody(), xray, other)).toBe(`${hex(1, 32)}:${hex(1, 16)}`);
    expect(await linkOf(snsBody(), xray)).toBe(CALLER_LINK);
    expect(await linkOf(snsBody(), xray, '00-nonsense')).toBe(CALLER_LINK);
    expect(await linkOf(snsBody({ MessageAttributes: {} }), xray)).toBe(XRAY_LINK);
    expect(await linkOf('{"a":1}', xray)).toBe(XRAY_LINK);
    expect(await linkOf('{"a":1}', undefined)).toBeUndefined();
  });

  it('is linked by the top level of a JSON body', async () => {
    expect(await linkOf(JSON.stringify({ id: 1, traceparent: TRACEPARENT }), undefined)).toBe(CALLER_LINK);
    expect(await linkOf(JSON.stringify({ deep: { traceparent: TRACEPARENT } }), undefined)).toBeUndefined();
  });

  it('says which sources it has gone through', async () => {
    const { lambda, spans } = recorder();
    await lambda.sqs(async () => {})({ Records: [sqsRecord('m1', { body: snsBody() })] }, fakeContext());
    expect(spans().map(({ name, attributes }) => [name, attributes['tracelet.event_source.nested']])).toEqual([
      ['process orders', ['sns']],
      ['process orders', undefined],
      ['shop', ['sns']],
    ]);
  });
});

it('gives the record of a single event a span right below the invocation, without a link to the same parent', async () => {
  const { sns } = await import('./triggers/index.ts');
  const { lambda, tree } = recorder();
  await invoke(
    lambda.records(sns)(async () => {}),
    snsEvent(),
    fakeContext(),
  );
  expect(tree()).toEqual([`shop SERVER under ${CALLER_LINK}`, '  process orders-topic CONSUMER']);
});
