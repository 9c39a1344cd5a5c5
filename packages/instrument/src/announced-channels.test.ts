import { tracingChannel } from 'node:diagnostics_channel';
import { afterEach, expect, it } from 'vitest';
import { announcedChannels } from './announced-channels.ts';
import { type Rig, rig } from './rig.fixture.ts';

const KEY = Symbol.for('tracelet.channels.v1');
const scope = globalThis as { [KEY]?: unknown };
/** As a library writes it. */
function announce(...entry: readonly unknown[]): unknown {
  scope[KEY] ??= [];
  return (scope[KEY] as unknown[]).push(entry);
}

let on: Rig | undefined;
afterEach(() => {
  on?.dispose();
  delete scope[KEY];
});

const call = (channel: string) => tracingChannel(channel).traceSync(() => 1, {});
const names = () => on?.finished().map(({ name }) => name);

it('traces channels that are announced before and after, each once', async () => {
  announce('shop.before', { name: 'before' });
  announce('shop.before', { name: 'again' });
  on = rig([announcedChannels()]);
  expect(announce('shop.after', { name: () => 'after' })).toBe(3);
  await on.invoke(() => [call('shop.before'), call('shop.after'), call('shop.silent')]);
  expect(names()).toEqual(['before', 'after']);
  on.dispose();
  announce('shop.late', { name: 'late' });
  await on.invoke(() => [call('shop.before'), call('shop.after'), call('shop.late')]);
  expect(names()).toEqual(['before', 'after']);
});

it.each([
  ['nothing', undefined],
  ['no list', { push: 1 }],
  ['what is no announcement', [null, 7, [], ['x'], ['x', {}], [7, { name: 'x' }], ['x', null]]],
])('goes on beside %s', async (_what, present) => {
  scope[KEY] = present;
  on = rig([announcedChannels()]);
  announce('shop.good', { name: 'good' });
  await on.invoke(() => [call('shop.good'), call('x')]);
  expect(names()).toEqual(['good']);
});
