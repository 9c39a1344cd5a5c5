import { change, lambda } from '@tracelet/lambda';

interface Account {
  readonly id: string;
  readonly owner: string;
  readonly balance: number;
}

/** Each change of an account becomes one audit line that says who changed what, from what, to what. */
export const handler = lambda.dynamodb({ parse: change<Account>() }, async (account, { log, set }) => {
  set({ 'account.id': account.keys.id ?? '' });
  log.info('account changed', {
    change: account.type,
    account: account.keys.id,
    before: account.oldImage?.balance,
    after: account.newImage?.balance,
    expired: account.expired,
  });
});
