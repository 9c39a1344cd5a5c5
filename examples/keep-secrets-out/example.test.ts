import { harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';

it('says what happened without the secrets in it', async () => {
  const { logs, spans } = await harness().run(handler, event);
  expect(logs).toMatchObject([
    {
      message: 'order of [REDACTED]',
      id: 'o-1',
      customer: '767402161715',
      email: '[REDACTED]',
      headers: { authorization: '[REDACTED]', accept: '*/*' },
    },
  ]);
  expect(spans.spans[0]?.attributes).toMatchObject({
    'order.id': 'o-1',
    'order.note': 'deliver to https://[REDACTED]@example.com, card [REDACTED]',
  });
});
