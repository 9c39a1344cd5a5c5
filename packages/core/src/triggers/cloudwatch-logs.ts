import { unzippedHead } from '../decode.ts';
import { type Deep, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A subscription of CloudWatch Logs: log events in gzip. Of them the beginning alone is unzipped, for the log group's
 * name.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html
 */
export const cloudwatchLogs: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'cloudwatch-logs',
  kind: 'pubsub',
  matches: (event) => text(event.awslogs?.data),
  facts: (event) => ({ name: /"logGroup":"([^"]+)"/.exec(unzippedHead(event.awslogs?.data) ?? '')?.[1] }),
});
