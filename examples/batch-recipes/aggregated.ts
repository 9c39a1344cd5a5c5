import { json, lambda } from '@tracelet/lambda';
import { aggregated } from '@tracelet/lambda/kpl';

interface Click {
  readonly page: string;
}

/** Records of the Kinesis Producer Library hold several clicks each. Visitors in order, four of them at once. */
export const handler = lambda.kinesis(
  { failures: 'report', concurrency: 4, parse: aggregated(json<Click>()) },
  async (clicks, { log, set }) => {
    set({ 'clicks.count': clicks.length });
    for (const { page } of clicks) log.info('page viewed', { page });
  },
);
