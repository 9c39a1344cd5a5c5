import { harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { lambda as billed } from './billed.ts';
import { lambda as printed } from './console.ts';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';
import { lambda as parameter } from './parameter-store.ts';
import { lambda as secret } from './secrets-manager.ts';

it('traces the same, wherever the preset sends it', async () => {
  const handlers = [handler, ...[billed, printed, parameter, secret].map((lambda) => lambda(async () => 'hello Ada'))];
  for (const each of handlers) {
    const run = await harness().run(each, event);
    expect(run).toMatchObject({ ok: true, result: 'hello Ada' });
    expect(String(run.spans)).toMatchInlineSnapshot(`"SERVER local-function  faas.coldstart=false"`);
  }
});
