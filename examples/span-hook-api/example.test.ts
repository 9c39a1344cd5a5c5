import { harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

const { run } = harness();

it('puts the span of the library below that of the invocation', async () => {
  const { spans, ...answer } = await run(handler, event);
  expect(answer).toMatchObject({ ok: true, result: 'DE' });
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  faas.coldstart=false
      CLIENT find country"
  `);
});

it('says what failed', async () => {
  const { spans } = await run(handler, { address: '' });
  expect(String(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  [error RangeError] "no address" faas.coldstart=false
      CLIENT find country  [error] "RangeError: no address""
  `);
});
