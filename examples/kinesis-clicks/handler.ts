import { json, lambda } from '@tracelet/lambda';

interface Click {
  readonly page: string;
}

const views = new Map<string, number>();

/** Each record is a click. They are counted in order; the stream would resume at the first that fails. */
export const handler = lambda.kinesis({ parse: json<Click>() }, async (click, { log, record }) => {
  const count = (views.get(click.page) ?? 0) + 1;
  views.set(click.page, count);
  log.info('page viewed', { page: click.page, count, visitor: record.kinesis.partitionKey });
});
