import { beforeEach, expect, it } from 'vitest';
import type { Plugin } from './plugin.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, recorder } from './tracing.fixture.ts';

beforeEach(() => {
  shared().troubles.clear();
  shared().plugins.clear();
});

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it.each<[string, (work: () => void) => Plugin]>([
  ['hook', (work) => ({ name: 'slow', invocation: work })],
  ['finisher', (work) => ({ name: 'slow', invocation: () => work })],
])('a slow %s is said once, and not called any more after the third time', async (_what, make) => {
  let calls = 0;
  const plugin = make(() => {
    calls += 1;
    block(105);
  });
  const { lambda } = recorder({ settings: { plugins: [plugin] } });
  const handler = lambda(async () => 'done');
  const lines = await printed(async () => {
    for (let i = 0; i < 5; i += 1) expect(await handler('e', fakeContext())).toBe('done');
  });
  expect(calls).toBe(3);
  expect(lines).toEqual([
    {
      level: 'WARN',
      message: 'tracelet: The plugin slow held an invocation up for more than 100 ms',
      code: 'plugin_slow:slow',
      remedy: 'Mend or remove it; after 3 times it is not called any more.',
    },
  ]);
});

it('a hook that never settles holds nobody up, and the other plugins are called', async () => {
  const seen: string[] = [];
  const hang = (): never => new Promise(() => {}) as never;
  const bad: Plugin = { name: 'hangs', setup: hang, invocation: hang, record: hang, downstream: hang };
  const good: Plugin = { name: 'good', invocation: () => () => void seen.push('finished') };
  const { lambda, tree } = recorder({ settings: { plugins: [bad, good] } });
  const lines = await printed(async () => expect(await lambda(async () => 'done')('e', fakeContext())).toBe('done'));
  expect([seen, tree(), lines]).toEqual([['finished'], ['shop SERVER'], []]);
});
