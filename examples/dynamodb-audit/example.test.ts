import { events, harness, spanTree } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { run } = harness();

it('writes down what every change changed', async () => {
  const { spans, logs } = await run(handler, event as never);
  const attributes = ['messaging.batch.message_count', 'faas.document.operation', 'account.changed'];
  expect(String(spanTree(spans.spans, { attributes }))).toMatchInlineSnapshot(`
    "SERVER local-function
      CONSUMER process accounts  messaging.batch.message_count=3
        CONSUMER process accounts  faas.document.operation=insert account.changed=["id","owner","balance"]
        CONSUMER process accounts  faas.document.operation=edit account.changed=["balance","limits"]
        CONSUMER process accounts  faas.document.operation=delete account.changed=["id","owner","balance"]"
  `);
  expect(logs).toMatchObject([
    {
      message: 'account changed',
      change: 'INSERT',
      keys: { id: 'acc-1' },
      changed: { id: { after: 'acc-1' }, owner: { after: 'Ada' }, balance: { after: 100 } },
      expired: false,
      changeId: '4421584500000000017450439091',
    },
    {
      change: 'MODIFY',
      keys: { id: 'acc-1' },
      changed: { balance: { before: 100, after: 80 }, limits: { after: { daily: 50 } } },
      expired: false,
    },
    {
      change: 'REMOVE',
      keys: { id: 'acc-2' },
      changed: { id: { before: 'acc-2' }, owner: { before: 'Bo' }, balance: { before: 5 } },
      expired: true,
    },
  ]);
  // Nothing that stayed the same is in the log.
  expect(Object.keys(logs[1]?.changed ?? {})).toEqual(['balance', 'limits']);
});

it('tells a removal by somebody from one by the time to live', async () => {
  const oldImage = { id: 'acc-3', owner: 'Cy', balance: 0 };
  const event = events.dynamodb([{ oldImage }, { oldImage, expired: true }], { table: 'accounts' });
  const { logs, spans } = await run(handler, event);
  expect(logs).toMatchObject([
    { change: 'REMOVE', expired: false },
    { change: 'REMOVE', expired: true },
  ]);
  expect(String(spanTree(spans.spans, { attributes: ['tracelet.record.expired'] }))).toMatchInlineSnapshot(`
    "SERVER local-function
      CONSUMER process accounts
        CONSUMER process accounts
        CONSUMER process accounts  tracelet.record.expired=true"
  `);
});
