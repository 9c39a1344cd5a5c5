import { type Attributes, type Span, SpanKind } from '@opentelemetry/api';
import { currentFrame, type Plugin, survive } from '@tracelet/core';
import { failureOf, writeError } from './failure.ts';
import { listen } from './listen.ts';

/** What the messages of a `TracingChannel` become. `M` is the type of its messages; it is not checked at run time. */
export interface TracingChannelSpec<M = Readonly<Record<string, unknown>>> {
  /** Span name: low cardinality, without ids. */
  readonly name: string | ((message: M) => string);
  /** Default: CLIENT. */
  readonly kind?: SpanKind | undefined;
  /** Attributes at the start. */
  attributes?(message: M): Attributes;
  /** Attributes at the end, of a call that gave a result (`message.result`) or an error. */
  result?(message: M): Attributes;
}

type Message = object;

/**
 * A span for each call that a library announces on a `TracingChannel` of `node:diagnostics_channel`, as drivers of
 * databases do. Calls inside an invocation are traced; those outside make no span.
 *
 * The span ends when a synchronous call returns, or when the promise settles or the callback is called. What runs inside
 * the call is not its child: it stays under the span that was active before.
 *
 * @param channel The name that the library gave to `tracingChannel()`, without `tracing:` and without `:start`.
 * @example
 * fromTracingChannel<{ sql: string }>('shop.query', { name: 'query', attributes: ({ sql }) => ({ 'db.query.text': sql }) });
 * @see https://nodejs.org/docs/latest/api/diagnostics_channel.html#class-tracingchannel
 */
export function fromTracingChannel<M extends object = Readonly<Record<string, unknown>>>(
  channel: string,
  spec: TracingChannelSpec<M>,
): Plugin {
  const { name, kind = SpanKind.CLIENT } = spec;
  const ask = <T>(fn: () => T, fallback: T): T =>
    survive(`channel_failed:${channel}`, `The spec of the channel ${channel}`, fn, fallback);
  return {
    name: channel,
    setup(host) {
      const open = new Map<Message, Span>();
      const end = (message: Message): void => {
        const span = open.get(message);
        if (span === undefined) return;
        open.delete(message);
        ask(() => span.setAttributes(spec.result?.(message as M) ?? {}), undefined);
        span.end();
      };
      const on = (event: string, listener: (message: Message) => void): (() => void) =>
        listen(`tracing:${channel}:${event}`, listener);
      const disposers = [
        on('start', (message) => {
          if (currentFrame() === undefined) return;
          const spanName = typeof name === 'string' ? name : ask(() => name(message as M), channel);
          const attributes = ask(() => spec.attributes?.(message as M) ?? {}, {});
          const span = host.start({ name: spanName, kind, attributes })?.span;
          if (span !== undefined) open.set(message, span);
        }),
        on('error', (message) => {
          const span = open.get(message);
          const { error } = message as { readonly error?: unknown };
          const failure = failureOf(error, false, false);
          if (span !== undefined && failure !== undefined) writeError(span, failure);
        }),
        // The synchronous part of every call ends here; only a call that has its outcome by then is over.
        on('end', (message) => {
          if ('result' in message || 'error' in message) end(message);
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
