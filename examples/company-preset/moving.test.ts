import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { events, harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { handler as placeOrder } from './before-place-order.ts';
import { handler as shipOrders } from './before-ship-orders.ts';
import event from './event.json' with { type: 'json' };

it.each([['place-order.ts'], ['ship-orders.ts']])('%s moved by one line, that of its import', (file) => {
  const before = linesOf(`before-${file}`);
  const after = linesOf(file);
  expect(after).toHaveLength(before.length);
  const changed = before.flatMap((line, index) => (line === after[index] ? [] : [[line, after[index]]]));
  const moved = before[0]?.replace("'@tracelet/lambda'", "'./acme-lambda.ts'");
  expect(changed).toEqual([[before[0], moved]]);
});

it('worked before without what Acme enforces', async () => {
  const { run } = harness();
  const placed = await run(placeOrder, event);
  expect(placed).toMatchObject({ ok: true, result: { id: 'o-1' }, logs: [{ email: 'ada@example.com' }] });
  expect(placed.spans.spans[0]?.attributes).not.toHaveProperty(['acme.company']);
  // The function reports single records; Acme does not let it.
  const orders = events.sqs([{ body: event }, { body: { id: '' } }]);
  expect(await run(shipOrders, orders)).toMatchObject({ ok: true, result: { batchItemFailures: [expect.anything()] } });
});

function linesOf(file: string): readonly string[] {
  return readFileSync(join(import.meta.dirname, file), 'utf8').split('\n');
}
