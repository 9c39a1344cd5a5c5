import { isDeepStrictEqual } from 'node:util';
import { change, lambda } from '@tracelet/lambda';

interface Account {
  readonly id: string;
  readonly owner: string;
  readonly balance: number;
}

/**
 * Each change of an account becomes one line of an audit log: what kind of change, of which item, and every attribute
 * that differs, before and after. Who made it is not in the stream, unless the item says so itself.
 */
export const handler = lambda.dynamodb({ parse: change<Account>() }, async (account, { log, record, set }) => {
  const changed = differences(account.oldImage, account.newImage);
  set({ 'account.changed': Object.keys(changed) });
  log.info('account changed', {
    change: account.type,
    keys: account.keys,
    changed,
    // True when DynamoDB removed the item because its time to live ended.
    expired: account.expired,
    // The same whenever the change comes again, so that a reader of the log can tell repetitions.
    changeId: record.dynamodb?.SequenceNumber,
  });
});

/** What an attribute was and what it is; one of the two is missing where the attribute was. */
interface Difference {
  readonly before?: unknown;
  readonly after?: unknown;
}

function differences(before: object = {}, after: object = {}): Record<string, Difference> {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const changed = names.filter((name) => !isDeepStrictEqual(old.get(name), now.get(name)));
  return Object.fromEntries(
    changed.map((name) => [
      name,
      { ...(old.has(name) && { before: old.get(name) }), ...(now.has(name) && { after: now.get(name) }) },
    ]),
  );
}
