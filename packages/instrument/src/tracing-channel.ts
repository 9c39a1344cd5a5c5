import type { AsyncLocalStorage } from 'node:async_hooks';
import { channel as openChannel } from 'node:diagnostics_channel';
import { type Attributes, type Context as OtelContext, context as otelContext, SpanKind } from '@opentelemetry/api';
import {
  type Channels,
  currentFrame,
  type OwnChannel,
  type Plugin,
  type StartedSpan,
  sayRejection,
  survive,
} from '@tracelet/core';
import { failureOf, writeError } from './failure.ts';
import { listen } from './listen.ts';

/** What the messages of a `TracingChannel` become. `M` is the type of its messages; it is not checked at run time. */
export interface TracingChannelSpec<M = Readonly<Record<string, unknown>>> {
  /** Span name: low cardinality, without ids. */
  readonly name: string | ((message: M) => string);
  /** Default: CLIENT. */
  readonly kind?: SpanKind | undefined;
  /** Whether what runs inside the call is its child. Default: `true`. */
  readonly isParent?: boolean | undefined;
  /** Attributes at the start. */
  attributes?(message: M): Attributes;
  /** Attributes at the end, of a call that gave a result (`message.result`) or an error. */
  result?(message: M): Attributes;
  /** Whether a call that gave neither result nor error is over when its synchronous part ends. Default: it is not. */
  isOver?(message: M): boolean;
}

type Message = object;

/** A call that has not ended: its span, and the context that it was made in. */
interface OpenCall extends StartedSpan {
  readonly parent: OtelContext;
}

type Store = AsyncLocalStorage<OtelContext>;

/** The channels that libraries added to `Channels`. */
export type LibraryChannel = Exclude<keyof Channels, OwnChannel>;

/**
 * A span for each call that a library announces on a `TracingChannel` of `node:diagnostics_channel`, as drivers of
 * databases do. Calls inside an invocation are traced; those outside make no span.
 *
 * The span ends when a synchronous call returns, or when the promise settles or the callback is called. What runs inside
 * the call is its child, where the library runs it in the channel's stores, as the functions of `TracingChannel` do; a
 * callback is not.
 *
 * The type of the messages is what `Channels` says of the channel; of one that it does not name, what you say.
 *
 * @param channel The name that the library gave to `tracingChannel()`, without `tracing:` and without `:start`.
 * @example
 * fromTracingChannel<{ sql: string }>('shop.query', { name: 'query', attributes: ({ sql }) => ({ 'db.query.text': sql }) });
 * @see https://nodejs.org/docs/latest/api/diagnostics_channel.html#class-tracingchannel
 */
export function fromTracingChannel<K extends LibraryChannel>(channel: K, spec: TracingChannelSpec<Channels[K]>): Plugin;
export function fromTracingChannel<M extends object = Readonly<Record<string, unknown>>, K extends string = string>(
  channel: K extends LibraryChannel ? never : K,
  spec: TracingChannelSpec<M>,
): Plugin;
export function fromTracingChannel(channel: string, spec: TracingChannelSpec<object>): Plugin {
  const { name, kind = SpanKind.CLIENT, isParent = true } = spec;
  const code = `channel_failed:${channel}`;
  const where = `The spec of the channel ${channel}`;
  const ask = <T>(fn: () => T, fallback: T): T => {
    const answer = survive(code, where, fn, fallback);
    sayRejection(code, where, answer);
    return answer;
  };
  return {
    name: channel,
    setup(host) {
      const open = new Map<Message, OpenCall>();
      const begin = (message: Message): OpenCall | undefined => {
        const present = open.get(message);
        if (present !== undefined || currentFrame() === undefined) return present;
        const parent = otelContext.active();
        const spanName = typeof name === 'string' ? name : ask(() => name(message), channel);
        const attributes = ask(() => spec.attributes?.(message) ?? {}, {});
        const started = host.start({ name: spanName, kind, attributes });
        if (started === undefined) return undefined;
        const call = { ...started, parent };
        open.set(message, call);
        return call;
      };
      const end = (message: Message): void => {
        const span = open.get(message)?.span;
        if (span === undefined) return;
        open.delete(message);
        const attributes = ask(() => spec.result?.(message) ?? {}, {});
        ask(() => span.setAttributes(attributes), undefined);
        span.end();
      };
      const isOver = (message: Message): boolean =>
        'result' in message || 'error' in message || ask(() => spec.isOver?.(message) ?? false, false);
      const on = (event: string, listener: (message: Message) => void): (() => void) =>
        listen(`tracing:${channel}:${event}`, listener);
      const disposers = [
        bind(`tracing:${channel}:start`, (message) => {
          const call = ask(() => begin(message), undefined);
          return isParent ? call?.context : undefined;
        }),
        // A callback belongs to whoever made the call.
        bind(`tracing:${channel}:asyncStart`, (message) => open.get(message)?.parent),
        // Stores come before subscribers; without stores, this is the start.
        on('start', begin),
        on('error', (message) => {
          const span = open.get(message)?.span;
          const { error } = message as { readonly error?: unknown };
          const failure = failureOf(error, false, false);
          if (span !== undefined && failure !== undefined) writeError(span, failure);
        }),
        // The synchronous part of every call ends here; only a call that has its outcome by then is over.
        on('end', (message) => {
          if (isOver(message)) end(message);
        }),
        // A callback runs between these two, and is not part of the call.
        on('asyncStart', end),
        on('asyncEnd', end),
      ];
      return () => {
        for (const dispose of disposers) dispose();
        for (const message of open.keys()) end(message);
      };
    },
  };
}

/** Runs what a channel runs in a context made from the message; in the one that is active where that gives none. */
function bind(name: string, contextOf: (message: Message) => OtelContext | undefined): () => void {
  const target = openChannel(name);
  // Private, but the same in every version of the API and of its context manager; without it nothing is bound.
  const { _getContextManager: managerOf } = otelContext as unknown as {
    _getContextManager?(): { _asyncLocalStorage?: Store };
  };
  const { _asyncLocalStorage: store } = managerOf?.call(otelContext) ?? {};
  if (store === undefined) return () => {};
  target.bindStore(store, (message) => contextOf(message as Message) ?? otelContext.active());
  return () => {
    target.unbindStore(store);
  };
}
