import { json, lambda } from '@tracelet/lambda';
import { aggregated } from '@tracelet/lambda/kpl';

interface Click {
  readonly page: string;
}

/** Each record is a list of clicks, because their producer packs several into one. */
export const handler = lambda.kinesis(
  { failures: 'report', parse: aggregated(json<Click>()) },
  async (clicks, { log, set }) => {
    set({ 'clicks.count': clicks.length });
    for (const { page } of clicks) log.info('page viewed', { page });
  },
);
