import { type BatchTrigger, defineBatchTrigger, defineTrigger, type Trigger } from '@tracelet/lambda';

/** A booking that a ledger in the company's own data centre sends by a direct invocation. */
export interface Booking {
  readonly id: string;
  readonly ledger: string;
  readonly kind: 'credit' | 'debit';
  readonly cents: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly accepted: boolean;
}

export const booking: Trigger<Booking, Answer> = defineTrigger<Booking, Answer>({
  id: 'ledger-booking',
  kind: 'other',
  matches: (event) => 'ledger' in Object(event) && 'kind' in Object(event),
  plan: ({ ledger, kind }) => ({ attributes: { 'acme.ledger': ledger, 'acme.booking.kind': kind } }),
  carrier: ({ headers }) => headers,
  judge: ({ accepted }) => (accepted ? { fault: false } : { fault: true, errorType: 'rejected' }),
});

/** What a ledger sends at night: the bookings of the day. It sends those again that the answer names. */
export interface Statement {
  readonly ledger: string;
  readonly bookings: readonly Booking[];
}

export interface StatementAnswer {
  readonly again: readonly string[];
}

export const statement: BatchTrigger<Statement, Booking, StatementAnswer> = defineBatchTrigger<
  Statement,
  Booking,
  StatementAnswer
>({
  id: 'ledger-statement',
  kind: 'other',
  matches: (event) => 'ledger' in Object(event) && 'bookings' in Object(event),
  plan: ({ ledger }) => ({ attributes: { 'acme.ledger': ledger } }),
  records: {
    list: ({ bookings }) => bookings,
    id: ({ id }) => id,
    source: ({ ledger }) => ledger,
    plan: ({ kind }) => ({ attributes: { 'acme.booking.kind': kind } }),
    carrier: ({ headers }) => headers,
    respond: (failedIds) => ({ again: failedIds }),
  },
});
