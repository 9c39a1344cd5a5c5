import type { Plugin } from '@tracelet/core';
import { guard } from './listen.ts';
import { fromTracingChannel, type TracingChannelSpec } from './tracing-channel.ts';

/** The name of a `TracingChannel`, and what its messages become. */
export type Announcement = readonly [channel: string, spec: TracingChannelSpec<object>];

const KEY = Symbol.for('tracelet.channels.v1');

/**
 * Traces the channels that libraries announce by themselves, whether they are loaded before or after. Part of
 * {@link defaultIntegrations}. A channel that is announced twice is traced once, by the first spec.
 *
 * @example
 * // In the library, which depends on nothing:
 * (globalThis[Symbol.for('tracelet.channels.v1')] ??= []).push(['shop.query', { name: 'query' }]);
 */
export function announcedChannels(): Plugin {
  return {
    name: 'announced-channels',
    setup(host) {
      const known = new Map<string, (() => void) | void>();
      const take = (announcement: unknown): void => {
        guard('what a library announced', () => {
          const [channel, spec] = announcement as Announcement;
          if (typeof channel !== 'string' || !['string', 'function'].includes(typeof spec.name)) {
            throw new TypeError('it has to be [channel, { name, ... }]');
          }
          if (!known.has(channel)) known.set(channel, fromTracingChannel(channel, spec).setup?.(host));
        });
      };
      const scope = globalThis as { [KEY]?: unknown };
      const present = scope[KEY];
      const list: unknown[] = Array.isArray(present) ? present : [];
      scope[KEY] = list;
      list.forEach(take);
      const { push } = list;
      list.push = (...announcements) => {
        announcements.forEach(take);
        return Reflect.apply(push, list, announcements);
      };
      return () => {
        list.push = push;
        for (const dispose of known.values()) dispose?.();
      };
    },
  };
}
