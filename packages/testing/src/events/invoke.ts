import type { ClientContext } from 'aws-lambda';
import { type FakeContext, type FakeContextOptions, fakeContext } from '../context.ts';

/** Options of {@link invoke}. */
export interface InvokeEventOptions extends Omit<FakeContextOptions, 'clientContext'> {
  /** W3C trace context of the caller, put into the client context's `custom`. */
  traceparent?: string | undefined;
  /** Further fields of the client context's `custom`. */
  custom?: Readonly<Record<string, unknown>> | undefined;
}

/** What a function is called with when somebody calls it directly. */
export interface InvokeEvent<Payload> {
  readonly event: Payload;
  /** Holds the client context, if there is anything in it. */
  readonly context: FakeContext;
}

/**
 * A direct, synchronous call of the Invoke API: the payload as it is, and a Lambda context with the caller's client
 * context.
 *
 * @example
 * const { event, context } = events.invoke({ id: 1 }, { traceparent });
 * const { spans } = await run(handler, event, { context });
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function invoke<Payload>(payload: Payload, options: InvokeEventOptions = {}): InvokeEvent<Payload> {
  const { traceparent, custom: given, ...rest } = options;
  const custom = { ...(traceparent === undefined ? {} : { traceparent }), ...given };
  // The type demands `client` and `env`, which only mobile SDKs fill in.
  const clientContext = Object.keys(custom).length === 0 ? undefined : ({ custom } as unknown as ClientContext);
  return { event: payload, context: fakeContext({ ...rest, clientContext }) };
}
