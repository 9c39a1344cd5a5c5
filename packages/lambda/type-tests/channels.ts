// Channels: those of tracelet, those of libraries that name their messages, and those that nobody names.
import type { Span } from '@opentelemetry/api';
import type { Channels as ChannelsOfCore } from '@tracelet/core';
import {
  type Channels,
  fromTracingChannel,
  type LibraryChannel,
  type Outcome,
  type OwnChannel,
  type Plugin,
  subscribe,
  type TracingChannelSpec,
} from '@tracelet/lambda';
import type { Lookup } from './acme-price-list.js';
import { exactly, type Holds, type Same } from './proof.js';

// What a library adds to the one import is seen behind it as well.
export type Augmented = [
  Holds<Same<LibraryChannel, 'acme.price-list.lookup' | 'acme.stock.watch'>>,
  Holds<Same<Channels['acme.price-list.lookup'], Lookup>>,
  Holds<Same<ChannelsOfCore, Channels>>,
  Holds<
    Same<
      OwnChannel,
      'tracelet:invocation' | 'tracelet:record' | 'tracelet:call' | 'tracelet:extension' | 'tracelet:flush'
    >
  >,
];

export const lookups = fromTracingChannel('acme.price-list.lookup', {
  name: (message) => {
    exactly<Lookup>().of(message);
    return 'look up price';
  },
  attributes: ({ sku }) => ({ 'acme.sku': sku }),
  result: ({ result }) => ({ 'acme.cents': result?.toFixed() }),
  isOver: ({ result }) => result !== undefined,
});
exactly<Plugin>().of(lookups);
export const watches = fromTracingChannel('acme.stock.watch', { name: ({ warehouse }) => warehouse });

// A channel that nobody named: its messages are what the application says, or nothing is known of them.
export const said = fromTracingChannel<{ sql: string }>('shop.query', { name: ({ sql }) => sql });
export const annotated = fromTracingChannel('shop.query', { name: ({ sql }: { sql: string }) => sql });
export const unknown = fromTracingChannel('shop.query', {
  name: 'query',
  attributes: (message) => {
    exactly<Readonly<Record<string, unknown>>>().of(message);
    return {};
  },
});
export const byName = (channel: string, spec: TracingChannelSpec<object>): Plugin => fromTracingChannel(channel, spec);

// Those of tracelet.
export const disposers: readonly (() => void)[] = [
  subscribe('tracelet:invocation', ({ trigger, requestId, coldStart, durationMs, outcome }) => {
    exactly<string>().of(trigger);
    exactly<string | undefined>().of(requestId);
    exactly<boolean>().of(coldStart);
    exactly<number>().of(durationMs);
    exactly<Outcome>().of(outcome);
  }),
  subscribe('tracelet:record', ({ recordId }) => exactly<string>().of(recordId)),
  subscribe('tracelet:call', ({ request, span }) => {
    exactly<unknown>().of(request);
    exactly<Span>().of(span);
  }),
  subscribe('tracelet:extension', ({ api, hold }) => hold(Promise.resolve(api))),
  subscribe('tracelet:flush', ({ durationMs }) => exactly<number>().of(durationMs)),
];

// Mistakes.
// @ts-expect-error
fromTracingChannel('acme.price-list.lookup', { name: ({ sq }) => sq });
// @ts-expect-error
fromTracingChannel('acme.price-list.lookup', { name: 'look up', attributes: ({ sku }: { sku: boolean }) => ({ sku }) });
// @ts-expect-error
fromTracingChannel('shop.query', { attributes: () => ({}) });
// @ts-expect-error
fromTracingChannel('shop.query', { name: 'query', kind: 'client' });
// @ts-expect-error
subscribe('acme.price-list.lookup', () => undefined);
// @ts-expect-error
subscribe('tracelet:invocations', () => undefined);
// @ts-expect-error
subscribe('tracelet:flush', ({ sizeBytes }) => sizeBytes);
