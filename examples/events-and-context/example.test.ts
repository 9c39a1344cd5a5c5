import { events, harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { each, produce, whole } from './handler.ts';

const { run } = harness();

const traceparents = ['01', '02'].map((id) => `00-${id.repeat(16)}-${id.repeat(8)}-01`);
const queue = events.snsInSqs(traceparents.map((traceparent) => ({ message: event, traceparent, ageMs: 5_000 })));

it('links each message to who published it, and shows the wait', async () => {
  const { spans } = await run(each, queue);
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CONSUMER process orders  messaging.batch.message_count=2
        CONSUMER process orders  links=1 messaging.message.id=059f36b4-87a3-44ab-83d2-000000000001
        CONSUMER process orders  links=1 messaging.message.id=059f36b4-87a3-44ab-83d2-000000000002
    INTERNAL wait orders"
  `);
  const wait = spans.spans.find(({ name }) => name.startsWith('wait'));
  expect(wait?.durationMs).toBeGreaterThan(4_900);
});

it('links the batch to all publishers when the handler takes it whole', async () => {
  const { spans } = await run(whole, queue);
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CONSUMER process orders  links=2 messaging.batch.message_count=2"
  `);
});

it('hands the context over in attributes and in data', async () => {
  const { spans, ...answer } = await run(produce, event);
  const [span] = spans.spans;
  const traceparent = `00-${span?.traceId}-${span?.spanId}-01`;
  expect(answer).toMatchObject({
    ok: true,
    result: {
      MessageAttributes: { traceparent: { DataType: 'String', StringValue: traceparent } },
      Data: JSON.stringify({ traceparent, id: 'o-1' }),
    },
  });
});
