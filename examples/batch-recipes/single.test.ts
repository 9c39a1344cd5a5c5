import { events, harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { handler as tasks } from './mq.ts';
import { handler as uploads } from './s3.ts';
import { handler as notify } from './sns.ts';

const { run } = harness();
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

it('a message of SNS continues the trace of its publisher', async () => {
  const { spans, logs } = await run(notify, events.sns({ message: { orderId: 'o-1' }, traceparent }));
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  (remote parent) faas.coldstart=false messaging.message.id=95df01b4-ee98-5cb9-9903-000000000001
      CONSUMER process orders  messaging.message.id=95df01b4-ee98-5cb9-9903-000000000001"
  `);
  expect(logs).toMatchObject([{ orderId: 'o-1', trace_id: 'a'.repeat(32) }]);
});

it('an object of S3 starts a trace, for its event has no room for another one', async () => {
  const { spans, logs } = await run(uploads, events.s3(['cat picture.png']));
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CONSUMER process orders"
  `);
  expect(logs).toMatchObject([{ key: 'cat picture.png' }]);
});

it('a message of Amazon MQ that fails fails the batch, and the others are done once', async () => {
  const event = events.mq([
    { data: { name: 'print' }, traceparent },
    { data: { name: '' } },
    { data: { name: 'post' } },
  ]);
  const first = await run(tasks, event);
  expect(first).toMatchObject({ ok: false, error: { code: 'batch_failed' } });
  expect(first.logs).toMatchObject([{ name: 'print' }, { name: 'post' }]);
  expect(String(first.spans)).toMatchInlineSnapshot(`
    "SERVER local-function  [error BatchError] "[batch_failed] 1 of 3 mq records failed (ID:b-9bcfa592.mq.eu-west-1.amazonaws.com-37557-1234520418293-4:1:1:1:2); the fi..." faas.coldstart=false
      CONSUMER process orders  [error BatchError] "[batch_failed] 1 of 3 mq records failed (ID:b-9bcfa592.mq.eu-west-1.amazonaws.com-37557-1234520418293-4:1:1:1:2); the fi..." messaging.batch.message_count=3
        CONSUMER process orders  links=1 messaging.message.id=ID:b-9bcfa592.mq.eu-west-1.amazonaws.com-37557-1234520418293-4:1:1:1:1
        CONSUMER process orders  [error RangeError] "a task without a name" messaging.message.id=ID:b-9bcfa592.mq.eu-west-1.amazonaws.com-37557-1234520418293-4:1:1:1:2
        CONSUMER process orders  messaging.message.id=ID:b-9bcfa592.mq.eu-west-1.amazonaws.com-37557-1234520418293-4:1:1:1:3"
  `);
  const second = await run(tasks, event);
  expect(second.logs).toEqual([]);
});
