import type { Agent, RequestOptions } from 'node:http';
import type { SecureContext } from 'node:tls';
import type { OtlpEncoding } from './otlp-data.ts';

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
}

/** An OTLP/HTTP endpoint and its connections. Plain data: `{ ...target, headers }` sends other headers. */
export interface OtlpTarget {
  /** For messages: without user, password and query, which may be secrets. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly encoding: OtlpEncoding;
  readonly compression: 'none' | 'gzip';
  readonly address: RequestOptions;
  readonly agent: Agent;
  readonly request: typeof import('node:http').request;
}

/**
 * Prepares the requests to one OTLP/HTTP endpoint: call it once per signal, keep the result, and end it by
 * `closeTarget`. Opens no connection; an idle one does not keep the process alive.
 *
 * Throws a TypeError that says what is wrong, where and the remedy: for a URL that is none or is not http or https, a
 * header that HTTP does not allow, TLS texts that are not PEM.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function openTarget(options: TargetOptions): OtlpTarget {
  const { compression, encoding } = options;
  const parsed = parseUrl(options.url);
  const url = `${parsed.origin}${parsed.pathname}`;
  const headers = checkHeaders(options.headers ?? {}, url);
  const { hostname, password, pathname, port, protocol, search, username } = parsed;
  const address: RequestOptions = {
    method: 'POST',
    protocol,
    // Node wants an IPv6 address without the brackets.
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: pathname + search,
  };
  if (username || password) address.auth = `${decode(username)}:${decode(password)}`;
  return { url, headers, encoding, compression, address, ...connect(protocol, options.tls, url) };
}

/** Closes the connections of a target. A request under way may end as `retryable`. */
export function closeTarget(target: OtlpTarget): void {
  target.agent.destroy();
}

/**
 * Two: one for traces and one for logs where they share a target. The agent takes idle sockets off the event loop's
 * count by itself.
 */
const AGENT = { keepAlive: true, maxSockets: 2 } as const;

/** Headers that belong to the request itself. */
const OWN_HEADERS = /^(?:content-(?:type|length|encoding)|transfer-encoding|connection|expect)$/;

function connect(protocol: string, tls: OtlpTls | undefined, url: string): Pick<OtlpTarget, 'agent' | 'request'> {
  if (protocol === 'http:') {
    const http = process.getBuiltinModule('node:http');
    return { agent: new http.Agent(AGENT), request: http.request };
  }
  // Loaded for https endpoints only: 6 ms of CPU and 3.7 MB.
  const https = process.getBuiltinModule('node:https');
  const secureContext = tls && makeSecureContext(tls, url);
  const agent = new https.Agent(secureContext === undefined ? AGENT : { ...AGENT, secureContext });
  return { agent, request: https.request };
}

function makeSecureContext({ ca, cert, key }: OtlpTls, url: string): SecureContext {
  try {
    // A `ca` that is no certificate would be ignored without a word.
    if (ca !== undefined) new (process.getBuiltinModule('node:crypto').X509Certificate)(ca);
    const given = Object.entries({ ca, cert, key }).filter(([, value]) => value !== undefined);
    return process.getBuiltinModule('node:tls').createSecureContext(Object.fromEntries(given));
  } catch (error) {
    throw new TypeError(
      `The TLS files for the OTLP endpoint ${url} cannot be used (${(error as Error).message}). ` +
        'Give PEM files: a certificate authority, a client certificate and its key ' +
        '(OTEL_EXPORTER_OTLP_CERTIFICATE, _CLIENT_CERTIFICATE, _CLIENT_KEY).',
      { cause: error },
    );
  }
}

function parseUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && /^https?:$/.test(parsed.protocol)) return parsed;
  throw new TypeError(
    `The OTLP endpoint ${JSON.stringify(url)} is not an http or https URL. ` +
      'Set OTEL_EXPORTER_OTLP_ENDPOINT to one such as http://localhost:4318.',
  );
}

function checkHeaders(headers: Readonly<Record<string, string>>, url: string): Record<string, string> {
  const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http');
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      throw new TypeError(
        `The header ${JSON.stringify(name)} for the OTLP endpoint ${url} is not valid in HTTP. ` +
          'Correct OTEL_EXPORTER_OTLP_HEADERS (key=value pairs, percent-encoded).',
        { cause: error },
      );
    }
    const lower = name.toLowerCase();
    if (!OWN_HEADERS.test(lower)) checked[lower] = value;
  }
  return checked;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
