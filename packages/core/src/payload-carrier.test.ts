import { expect, it } from 'vitest';
import { fakeContext, invoke, recorder } from './tracing.fixture.ts';
import { defineTrigger } from './trigger.ts';
import { observe } from './triggers/observe.fixture.ts';
import { TRACEPARENT } from './triggers/trigger.fixture.ts';

const CALLER = { traceId: TRACEPARENT.split('-')[1], spanId: TRACEPARENT.split('-')[2] };

it('prefers the client context to a carrier in the event: it came with the call, the event may have been passed on', async () => {
  const own = '00-11111111111111111111111111111111-2222222222222222-01';
  const event = { 'detail-type': 'placed', source: 'shop', detail: { traceparent: TRACEPARENT } };
  const called = await observe(event, fakeContext({ clientContext: { custom: { traceparent: own } } }));
  expect(called.invocation.parentSpanContext?.traceId).toBe('1'.repeat(32));
  const other = await observe(event, fakeContext({ clientContext: { custom: { traceparent: 'none' } } }));
  expect(other.invocation.parentSpanContext).toMatchObject(CALLER);
});

it('finds the parent of a batch in the client context of a direct call', async () => {
  const event = { Records: [{ eventSource: 'aws:sqs', messageId: 'm1', body: '' }] };
  const { invocation } = await observe(event, fakeContext({ clientContext: { Custom: { traceparent: TRACEPARENT } } }));
  expect(invocation.parentSpanContext).toMatchObject(CALLER);
});

it('reads an X-Ray header at the top of an unrecognised event as the policy says', async () => {
  const header = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
  const { invocation } = await observe({ 'x-amzn-trace-id': header });
  expect(invocation.links.map(({ context: { spanId } }) => spanId)).toEqual(['53995c3f42cd8ad8']);
  const { invocation: none } = await observe({ 'x-amzn-trace-id': 'Root=1' });
  expect(none.links).toEqual([]);
});

it('gives the Lambda context to the carrier of a trigger', async () => {
  const trigger = defineTrigger({
    id: 'mine',
    kind: 'other',
    matches: () => true,
    plan: () => ({ attributes: {} }),
    carrier: (_event, context) => ({ traceparent: context.logStreamName }),
  });
  const { lambda, spans } = recorder({ settings: { triggers: [trigger] } });
  await invoke(
    lambda(async () => 1),
    {},
    fakeContext({ logStreamName: TRACEPARENT }),
  );
  expect(spans()[0]?.parentSpanContext).toMatchObject(CALLER);
});
