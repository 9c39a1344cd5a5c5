import { events, harness } from '@tracelet/testing';
import { expect, it } from 'vitest';
import { handler } from './handler.ts';

const { run } = harness();

it('resumes a partition at its first failure; the others are done', async () => {
  const event = events.kafka(
    [
      { value: { device: 'd-1', celsius: 20 }, partition: 0, offset: 7 },
      { value: 'no json', partition: 1, offset: 40 },
      { value: { device: 'd-2', celsius: 21 }, partition: 1, offset: 41 },
    ],
    { topic: 'telemetry' },
  );
  const { batchItemFailures, logs } = await run(handler, event);
  expect(batchItemFailures).toEqual(['telemetry-1:40']);
  expect(logs).toMatchObject([{ device: 'd-1' }]);
});
