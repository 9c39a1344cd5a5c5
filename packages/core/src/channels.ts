import { type Channel, channel } from 'node:diagnostics_channel';
import type { Span } from '@opentelemetry/api';
import { sayRejection, survive } from './diagnose.ts';
import type { Outcome } from './trigger.ts';

/**
 * Version 1 messages of tracelet's own diagnostics channels, each published only while somebody listens. A library adds
 * the name and the messages of its `TracingChannel`, so that `fromTracingChannel` knows their type.
 *
 * @example
 * declare module '@tracelet/lambda' {
 *   interface Channels { 'shop.query': { readonly sql: string } }
 * }
 */
export interface Channels {
  /** An invocation ended. */
  'tracelet:invocation': {
    readonly trigger: string;
    readonly requestId: string | undefined;
    readonly coldStart: boolean;
    readonly durationMs: number;
    readonly outcome: Outcome;
  };
  /** A record of a batch ended. */
  'tracelet:record': {
    readonly trigger: string;
    readonly recordId: string;
    readonly durationMs: number;
    readonly outcome: Outcome;
  };
  /** A call to another service began, and has a span. */
  'tracelet:call': {
    /** The plugin that saw it: `node-http`, `http2-calls`, `undici-fetch`. */
    readonly client: string;
    /** The client's own request. */
    readonly request: unknown;
    readonly span: Span;
  };
  /** tracelet is registered as an internal extension; Lambda sends the first event when all that is held has settled. */
  'tracelet:extension': {
    /** Host and port of Lambda's APIs. */
    readonly api: string;
    readonly id: string;
    /** Waits for a promise, 100 ms at most. */
    readonly hold: (pending: Promise<unknown>) => void;
  };
  /** What the end of an invocation waited for its flush; next to nothing where that runs after the response. */
  'tracelet:flush': { readonly durationMs: number };
}

/** The channels of `Channels` that tracelet publishes; the others are libraries'. */
export type OwnChannel = Extract<keyof Channels, `tracelet:${string}`>;

/** Publishes a message, made only when the channel has a subscriber. */
export function publish<K extends OwnChannel>(name: K, message: () => Channels[K]): void {
  // Looking a channel up takes 0.2 us; it is the same one for good as long as somebody holds it.
  channels[name] ??= channel(name);
  const target = channels[name] as Channel;
  if (target.hasSubscribers) target.publish(message());
}

const channels: Partial<Record<OwnChannel, Channel>> = {};

/** Listens to one of tracelet's channels; returns what ends it. */
export function subscribe<K extends OwnChannel>(name: K, listener: (message: Channels[K]) => void): () => void {
  const target = channel(name);
  const onMessage = (message: unknown): void => {
    const where = `A subscriber of ${name}`;
    sayRejection(
      'subscriber_failed',
      where,
      survive('subscriber_failed', where, () => listener(message as Channels[K])),
    );
  };
  target.subscribe(onMessage);
  return () => {
    target.unsubscribe(onMessage);
  };
}
