import { lambda } from '@tracelet/lambda';
import { type Answer, type Booking, booking, statement } from './trigger.ts';

/** One booking at a time. */
export const one = lambda.with({ triggers: [booking] })(
  async ({ cents }: Booking): Promise<Answer> => ({ accepted: cents > 0 }),
);

/** The bookings of a day, each in a span of its own. */
export const many = lambda.records(statement)({ failures: 'report' }, async ({ id, cents }, { log }) => {
  if (cents <= 0) throw new RangeError(`booking ${id} has no amount`);
  log.info('booked', { id });
});
