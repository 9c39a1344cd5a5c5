import { lambda, log } from '@tracelet/lambda';

/** What a customer orders. */
export interface Order {
  readonly id: string;
  readonly email: string;
}

export const handler = lambda.with({ attributes: { 'acme.team': 'shop', 'acme.tier': 'gold' } })(
  async ({ id, email }: Order) => {
    log.info('order placed', { id, email });
    return { id };
  },
);
