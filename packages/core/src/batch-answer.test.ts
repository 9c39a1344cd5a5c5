import { expect, it } from 'vitest';
import { fakeContext, recorder, settled } from './tracing.fixture.ts';
import { sqsRecord } from './triggers/batch.fixture.ts';

const event = { Records: [sqsRecord('m1')] };

async function messageOf(failures: 'throw' | 'report', reason: string): Promise<string> {
  const { lambda } = recorder();
  const handler = lambda.sqs({ failures }, async () => {
    throw new Error(reason);
  });
  const outcome = await settled(handler(event, fakeContext()));
  return 'error' in outcome ? (outcome.error as Error).message : 'none';
}

it('ends the sentence that quotes an error with one full stop', async () => {
  expect(await messageOf('throw', 'No such card.')).toMatch(
    /^\[batch_failed\] 1 of 1 sqs records failed \(m1\); the first with Error: No such card\. The whole batch is retried\. /,
  );
});

it('gives no remedy to somebody who has followed it', async () => {
  expect(await messageOf('report', 'gone')).toBe(
    '[batch_failed] 1 of 1 sqs records failed (m1); the first with Error: gone. The whole batch is retried.',
  );
});
