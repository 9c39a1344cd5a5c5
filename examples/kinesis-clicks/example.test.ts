import { events, harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { run } = harness();

it('counts the clicks in order', async () => {
  const { spans, logs } = await run(handler, event as never);
  expect(String(spans)).toMatchInlineSnapshot();
  expect(logs).toMatchObject([
    { page: '/', count: 1, visitor: 'visitor-1' },
    { page: '/lamps', count: 1, visitor: 'visitor-1' },
    { page: '/', count: 2, visitor: 'visitor-2' },
  ]);
});

it('stops at a record that is not JSON, and has the whole batch retried', async () => {
  const { spans, ...answer } = await run(handler, events.kinesis([{ data: 'no json' }, { data: { page: '/' } }]));
  expect(answer).toMatchObject({ ok: false, error: { code: 'batch_failed', failedIds: [expect.any(String)] } });
  expect(String(spans)).toMatchInlineSnapshot();
});
