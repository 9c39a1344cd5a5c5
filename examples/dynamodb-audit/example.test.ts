import { harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { run } = harness();

it('writes an audit line for each change', async () => {
  const { spans, logs } = await run(handler, event as never);
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CONSUMER process accounts  messaging.batch.message_count=3
        CONSUMER process accounts  messaging.message.id=4421584500000000017450439091
        CONSUMER process accounts  messaging.message.id=4421584500000000017450439092
        CONSUMER process accounts  messaging.message.id=4421584500000000017450439093"
  `);
  expect(logs).toMatchObject([
    { change: 'INSERT', account: 'acc-1', after: 100 },
    { change: 'MODIFY', account: 'acc-1', before: 100, after: 80 },
    { change: 'REMOVE', account: 'acc-2', before: 5, expired: false },
  ]);
});
