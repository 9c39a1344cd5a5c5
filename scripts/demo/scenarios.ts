import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../packages.ts';

/** One example function, its event, and how much telemetry one invocation has to yield. */
export interface Scenario {
  /** Folder below `examples/`. */
  readonly name: string;
  readonly title: string;
  readonly entry: string;
  readonly event: unknown;
  /** Spans of a warm invocation; a cold one has an init span more. */
  readonly spans: number;
  /** Log lines of the handler's own. */
  readonly logs: number;
}

/** The four functions of the main job: HTTP API, an SQS batch with a failing record, Kinesis, DynamoDB Streams. */
export const scenarios: readonly Scenario[] = [
  scenario('http-api', 'HTTP API: GET /orders/42, which calls another service', { spans: 3, logs: 1 }),
  scenario('sqs-orders', 'SQS: three orders, the second of which fails', { spans: 8, logs: 2 }),
  scenario('kinesis-clicks', 'Kinesis: three clicks from one shard', { spans: 5, logs: 3 }),
  scenario('dynamodb-audit', 'DynamoDB Streams: an insert, a change and a removal', { spans: 5, logs: 3 }),
];

function scenario(name: string, title: string, expected: { spans: number; logs: number }): Scenario {
  const folder = join(root, 'examples', name);
  const event: unknown = JSON.parse(readFileSync(join(folder, 'event.json'), 'utf8'));
  return { name, title, entry: join(folder, 'handler.ts'), event, ...expected };
}
