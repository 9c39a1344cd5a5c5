import { harness, type SpanTree, spanTree } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { many, one } from './handler.ts';
import type { Booking, Statement } from './trigger.ts';

const { run } = harness();
const [debit, credit] = event.bookings as readonly Booking[];

it('continues the trace of the ledger, and takes a rejected booking for an error', async () => {
  const { spans, ...answer } = await run(one, debit as Booking);
  expect(answer).toMatchObject({ ok: true, result: { accepted: true } });
  expect(print(spans)).toMatchInlineSnapshot(
    `"SERVER local-function  (remote parent) tracelet.trigger=ledger-booking acme.ledger=berlin acme.booking.kind=debit"`,
  );
  expect(spans.spans[0]?.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4731');
  const { spans: rejected } = await run(one, credit as Booking);
  expect(print(rejected)).toMatchInlineSnapshot(
    `"SERVER local-function  [error rejected] tracelet.trigger=ledger-booking acme.ledger=berlin acme.booking.kind=credit"`,
  );
});

it('books each line of a statement and asks for those again that failed', async () => {
  const { spans, ...answer } = await run(many, event as Statement);
  expect(answer).toMatchObject({ ok: true, result: { again: ['b2'] } });
  expect(print(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  tracelet.trigger=ledger-statement acme.ledger=berlin
      CONSUMER process berlin
        CONSUMER process berlin  links=1 acme.booking.kind=debit
        CONSUMER process berlin  [error RangeError] "booking b2 has no amount" acme.booking.kind=credit"
  `);
});

function print({ spans }: SpanTree): string {
  return String(spanTree(spans, { attributes: ['tracelet.trigger', 'acme.ledger', 'acme.booking.kind'] }));
}
