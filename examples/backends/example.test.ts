import { harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { lambda as billed } from './billed.ts';
import { lambda as printed } from './console.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';
import { lambda as keyed } from './secret-key.ts';
import { readSecret } from './secrets.ts';

it('traces the same, wherever the preset sends it', async () => {
  const handlers = [handler, ...[billed, printed, keyed].map((lambda) => lambda(async () => 'hello Ada'))];
  for (const each of handlers) {
    const run = await harness().run(each, event);
    expect(run).toMatchObject({ ok: true, result: 'hello Ada' });
    expect(String(run.spans)).toMatchInlineSnapshot(`"SERVER local-function  faas.coldstart=false"`);
  }
});

it('reads the key where keys are kept', async () => {
  expect(await readSecret('honeycomb-key')).toBe('the value of honeycomb-key');
});
