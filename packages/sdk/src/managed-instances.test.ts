import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { startExtensionsApi } from './extensions-api.fixture.ts';
import { drainOnTerminate } from './managed-instances.ts';
import { DRAIN, drainChannel } from './timed-flusher.ts';

const before = new Set(process.listeners('SIGTERM'));
const added = (): NodeJS.SignalsListener[] => process.listeners('SIGTERM').filter((listener) => !before.has(listener));

afterEach(() => {
  for (const listener of added()) process.off('SIGTERM', listener);
});

it('registers for no events, and passes SIGTERM on to every thread', async () => {
  const api = await startExtensionsApi();
  drainOnTerminate({ AWS_LAMBDA_RUNTIME_API: api.address, AWS_LAMBDA_MAX_CONCURRENCY: '64' });
  await api.polls(1);
  expect(api.registration().endsWith('{"events":[]}')).toBe(true);
  const worker = drainChannel();
  const heard: unknown[] = [];
  worker.onmessage = (event) => heard.push((event as { data: unknown }).data);
  for (const listener of added()) listener('SIGTERM');
  await expect.poll(() => heard).toEqual([DRAIN]);
  worker.close();
  await api.close();
});

it('does nothing elsewhere', async () => {
  const api = await startExtensionsApi();
  drainOnTerminate({ AWS_LAMBDA_RUNTIME_API: api.address });
  drainOnTerminate({ AWS_LAMBDA_MAX_CONCURRENCY: '64' });
  await sleep(50);
  expect([api.asked, added()]).toEqual([[], []]);
  await api.close();
});
