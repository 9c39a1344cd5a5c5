import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './packages.ts';

it.each([
  ['docs/tutorial/first-trace.md', 'first-trace', ['handler.ts', 'example.test.ts']],
  ['docs/how-to/add-a-trigger.md', 'own-trigger', ['trigger.ts', 'handler.ts']],
  ['docs/how-to/events-and-context.md', 'events-and-context', ['carry.ts', 'handler.ts']],
  ['docs/how-to/http.md', 'public-api', ['acme-lambda.ts', 'authorizer.ts']],
  ['docs/how-to/migrate-from-other-agents.md', 'public-api', ['acme-lambda.ts']],
  ['docs/how-to/debug-lines-when-they-matter.md', 'log-debug', ['acme-lambda.ts', 'handler.ts']],
  ['docs/how-to/migrate-from-powertools-logger.md', 'log-powertools', ['handler.ts']],
  ['docs/how-to/migrate-from-console.md', 'log-console', ['handler.ts']],
  ['docs/how-to/migrate-from-pino-lambda.md', 'log-pino', ['handler.ts']],
  ['docs/how-to/log-with-winston.md', 'log-winston', ['handler.ts']],
  [
    'docs/how-to/process-sqs.md',
    'sqs-orders',
    [
      'handler.ts',
      '../batch-recipes/fifo.ts',
      'from-topic.ts',
      '../batch-recipes/whole-batch.ts',
      '../batch-recipes/fifo.test.ts',
    ],
  ],
  ['docs/how-to/process-kinesis.md', 'batch-recipes', ['aggregated.ts', 'window.ts', 'aggregated.test.ts']],
  ['docs/how-to/process-dynamodb-streams.md', 'batch-recipes', ['stock.ts', 'stock.test.ts']],
  ['docs/how-to/process-kafka.md', 'kafka-telemetry', ['handler.ts', 'partition.test.ts']],
  ['docs/how-to/process-sns-s3-mq.md', 'batch-recipes', ['sns.ts', 's3.ts', 'mq.ts', 'single.test.ts']],
  ['docs/how-to/transform-firehose.md', 'batch-recipes', ['firehose.ts', 'firehose.test.ts']],
  [
    'docs/how-to/send-to-a-backend.md',
    'backends',
    ['cloudwatch.ts', 'console.ts', 'secrets-manager.ts', 'parameter-store.ts'],
  ],
  ['docs/how-to/see-what-lambda-billed.md', 'backends', ['billed.ts']],
  ['docs/how-to/see-every-call.md', 'databases', ['handler.ts']],
  ['docs/how-to/propagate-through-aws-services.md', 'order-flow', ['lambda.ts', 'place-order.ts']],
  ['docs/how-to/standardise-a-company.md', 'company-preset', ['acme-lambda.ts', 'place-order.ts']],
  ['docs/how-to/keep-the-interesting-traces.md', 'interesting-traces', ['acme-lambda.ts', 'handler.ts']],
  ['docs/how-to/keep-secrets-out.md', 'keep-secrets-out', ['acme-lambda.ts', 'handler.ts']],
  ['docs/how-to/write-a-span-hook.md', 'span-hook-library', ['price-list.ts', 'stock-watch.ts', 'handler.ts']],
  ['docs/how-to/trace-durable-functions.md', 'durable-order', ['handler.ts']],
])('shows in %s the code that the example %s runs', (path, example, files) => {
  const page = readFileSync(join(root, path), 'utf8');
  const blocks = [...page.matchAll(/```ts\n\/\/ \S+\n(.*?)```/gs)].map(([, code]) => code);
  expect(blocks).toEqual(files.map((file) => readFileSync(join(root, 'examples', example, file), 'utf8')));
});
