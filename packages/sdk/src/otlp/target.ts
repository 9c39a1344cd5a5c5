import type { Agent, RequestOptions } from 'node:http';
import type { SecureContext } from 'node:tls';
import { percentDecode } from '../percent-decode.ts';
import type { SignRequest } from '../request-headers.ts';
import type { OtlpEncoding } from './otlp-data.ts';
import { openWire, type Wire } from './wire.ts';

/** PEM texts for https: the certificate authority to trust in place of Node's, and a certificate of our own (mTLS). */
export interface OtlpTls {
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
}

/** What `openTarget` needs. `url` is used as it is: for `OTEL_EXPORTER_OTLP_ENDPOINT` append the signal's path first. */
export interface TargetOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly encoding: OtlpEncoding;
  readonly compression: 'none' | 'gzip';
  /** Ignored for an http endpoint. */
  readonly tls?: OtlpTls | undefined;
  /** Connections to share: those of a target with the same origin and TLS texts. */
  readonly way?: Way | undefined;
  /** Gives more headers for each request. */
  readonly sign?: SignRequest | undefined;
}

/** What requests take: our own sockets for `http:`, Node's client for `https:`. */
export type Way = Wire | SecureWay;

/** Node's own client. */
export interface SecureWay {
  readonly agent: Agent;
  readonly request: typeof import('node:http').request;
}

/** An OTLP/HTTP endpoint and its connections. Plain data: `{ ...target, headers }` sends other headers. */
export interface OtlpTarget {
  /** For messages: without user, password and query, which may be secrets. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sign: SignRequest | undefined;
  readonly encoding: OtlpEncoding;
  readonly compression: 'none' | 'gzip';
  readonly address: RequestOptions;
  readonly way: Way;
}

/**
 * Prepares the requests to one OTLP/HTTP endpoint: call it once per signal, keep the result, and end it by
 * `closeTarget`. Opens no connection; an idle one does not keep the process alive.
 *
 * Throws for a URL that is none and for TLS texts that are not PEM; the latter says what is wrong, where and the remedy.
 * The environment's reader has judged URL and headers before; what HTTP does not allow of them fails as a request.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function openTarget({
  compression,
  encoding,
  headers = {},
  sign,
  tls,
  url: given,
  way,
}: TargetOptions): OtlpTarget {
  const { hostname, origin, password, pathname, port, protocol, search, username } = new URL(given);
  const url = origin + pathname;
  const isPlain = protocol === 'http:';
  // Node wants an IPv6 address without the brackets.
  const host = hostname.replace(/^\[|\]$/g, '');
  return {
    url,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.test(name))),
    sign: sign && ((request) => sign({ ...request, url: url + search })),
    encoding,
    compression,
    address: {
      method: 'POST',
      protocol,
      hostname: host,
      port,
      path: pathname + search,
      ...((username || password) && { auth: [username, password].map(decode).join(':') }),
    },
    way: way ?? (isPlain ? openWire({ host, port: Number(port || 80), ...PLAIN }) : openSecure(tls, url)),
  };
}

/** Closes the connections of a target. A request under way may end as `retryable`. */
export function closeTarget({ way }: OtlpTarget): void {
  if ('agent' in way) way.agent.destroy();
  else way.close();
}

/** Two connections: for traces and for logs where they share a target. */
const MAX_CONNECTIONS = 2;

const PLAIN = { maxConnections: MAX_CONNECTIONS, holdsProcess: true } as const;

function openSecure(tls: OtlpTls | undefined, url: string): SecureWay {
  // Loaded for https endpoints only: 6 ms of CPU and 3.7 MB.
  const { Agent, request } = process.getBuiltinModule('node:https');
  const secureContext = tls && makeSecureContext(tls, url);
  // The agent takes idle connections off the event loop's count by itself.
  return { agent: new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS, secureContext } as object), request };
}

function decode(text: string): string {
  return percentDecode(text) ?? text;
}

/** Headers that belong to the request itself. */
const OWN_HEADERS = /^(?:content-(?:type|length|encoding)|transfer-encoding|connection|expect)$/i;

function makeSecureContext({ ca, cert, key }: OtlpTls, url: string): SecureContext {
  try {
    // A `ca` that is no certificate would be ignored without a word.
    if (ca !== undefined) new (process.getBuiltinModule('node:crypto').X509Certificate)(ca);
    return process.getBuiltinModule('node:tls').createSecureContext({ ca, cert, key });
  } catch (error) {
    const what = `The TLS files for ${url} cannot be used: ${(error as Error).message}`;
    throw new TypeError(`${what}. Set OTEL_EXPORTER_OTLP_*CERTIFICATE and _CLIENT_KEY to PEM files.`, { cause: error });
  }
}
