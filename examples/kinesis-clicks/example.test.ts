import { events, harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { run } = harness();

it('counts the clicks in order', async () => {
  const { spans, logs } = await run(handler, event as never);
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CONSUMER process clicks  messaging.batch.message_count=3
        CONSUMER process clicks  messaging.message.id=49590338271490256608559692538361571095921575989136588898
        CONSUMER process clicks  messaging.message.id=49590338271490256608559692538361571095921575989136588899
        CONSUMER process clicks  messaging.message.id=49590338271490256608559692538361571095921575989136588900"
  `);
  expect(logs).toMatchObject([
    { page: '/', count: 1, visitor: 'visitor-1' },
    { page: '/lamps', count: 1, visitor: 'visitor-1' },
    { page: '/', count: 2, visitor: 'visitor-2' },
  ]);
});

it('stops at a record that is not JSON, and has the whole batch retried', async () => {
  const { spans, ...answer } = await run(handler, events.kinesis([{ data: 'no json' }, { data: { page: '/' } }]));
  expect(answer).toMatchObject({ ok: false, error: { code: 'batch_failed', failedIds: [expect.any(String)] } });
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  [error BatchError] "[batch_failed] 1 of 2 kinesis records failed (49590338271490256608559692538361571095921575989136588898); the first with ..." faas.coldstart=false
      CONSUMER process orders  [error BatchError] "[batch_failed] 1 of 2 kinesis records failed (49590338271490256608559692538361571095921575989136588898); the first with ..." messaging.batch.message_count=2
        CONSUMER process orders  [error TraceletError] "[parse_failed] The payload is not JSON (SyntaxError). Leave out parse to get the raw record." messaging.message.id=49590338271490256608559692538361571095921575989136588898"
  `);
});
