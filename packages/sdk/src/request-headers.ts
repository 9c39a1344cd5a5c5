import { describeError } from '@tracelet/core';
import type { Fault } from './otlp/fault.ts';
import { within } from './within.ts';

/** Names and values of HTTP headers. */
export type Headers = Readonly<Record<string, string>>;

/** A request that is about to leave. */
export interface OutgoingRequest {
  readonly method: 'POST';
  /** The whole address. */
  readonly url: string;
  readonly headers: Headers;
  /** The bytes on the wire, compressed if they are. */
  readonly body: Uint8Array;
}

/** Gives headers for one request, which win over those that it has; what it throws keeps the body for later. */
export type SignRequest = (request: OutgoingRequest) => Headers | Promise<Headers>;

/** Headers, or a function that fetches them. */
export type HeaderSource = Headers | (() => Headers | Promise<Headers>);

/** What fetched headers are good for, in milliseconds. */
const FRESH_MS = 300_000;

/**
 * What has to be asked for each request: headers from a function, which are fetched once in five minutes, and those of a
 * signer, which come last and win. `undefined` where nothing has to be asked.
 */
export function requestHeaders(
  source: HeaderSource | undefined,
  sign: SignRequest | undefined,
): SignRequest | undefined {
  const fetched = typeof source === 'function' ? fresh(source) : undefined;
  if (!(fetched && sign)) return fetched ?? sign;
  return async (request) => {
    const headers = await fetched();
    return { ...headers, ...(await sign({ ...request, headers: { ...request.headers, ...headers } })) };
  };
}

/** Asks for the headers of one request, bounded. Never rejects. */
export async function askHeaders(
  sign: SignRequest,
  request: OutgoingRequest,
  timeoutMs: number,
): Promise<{ readonly headers?: Headers; readonly fault?: Fault }> {
  const asked = (async () => sign(request))();
  if (!(await within(asked, timeoutMs))) return { fault: fault('not in time') };
  return asked.then(
    (headers) => ({ headers }),
    (error) => ({ fault: fault(describeError(error).message) }),
  );
}

function fault(why: string): Fault {
  return { reason: 'headers', message: `was not asked, because its headers could not be had: ${why}` };
}

function fresh(ask: () => Headers | Promise<Headers>): () => Promise<Headers> {
  let untilMs = 0;
  let headers: Promise<Headers>;
  return () => {
    if (Date.now() >= untilMs) {
      untilMs = Date.now() + FRESH_MS;
      headers = (async () => ask())();
      headers.catch(() => {
        untilMs = 0;
      });
    }
    return headers;
  };
}
