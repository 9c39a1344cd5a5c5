import type { Counts, DropReason } from './outbox.ts';

/** Counts what is recorded and what becomes of it. What is neither delivered nor dropped is retained. */
export interface Ledger {
  produce(items: number): void;
  deliver(items: number): void;
  drop(reason: DropReason, items: number): void;
  readonly counts: () => Counts;
}

/** Makes a ledger with everything at zero. */
export function makeLedger(): Ledger {
  let produced = 0;
  let delivered = 0;
  let lost = 0;
  /** Made anew with each loss, so that counts can be handed out. */
  let dropped: Readonly<Record<DropReason, number>> = {};
  return {
    produce(items) {
      produced += items;
    },
    deliver(items) {
      delivered += items;
    },
    drop(reason, items) {
      if (items <= 0) return;
      lost += items;
      dropped = { ...dropped, [reason]: (dropped[reason] ?? 0) + items };
    },
    counts: () => ({ produced, delivered, retained: produced - delivered - lost, dropped }),
  };
}
