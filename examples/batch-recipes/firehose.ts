import { json, lambda } from '@tracelet/lambda';

interface Visit {
  readonly country?: string;
  readonly ip?: string;
  readonly test?: boolean;
}

/** Takes addresses out, drops what testers did, and sorts the rest by country. */
export const handler = lambda.firehose({ parse: json<Visit>() }, ({ country, ip, test, ...visit }) => {
  if (test) return { result: 'Dropped' };
  if (country === undefined) throw new TypeError('a visit from nowhere');
  return { data: `${JSON.stringify({ country, ...visit })}\n`, partitionKeys: { country } };
});
