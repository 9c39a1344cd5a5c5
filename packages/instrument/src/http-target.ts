import type { Attributes } from '@opentelemetry/api';
import {
  HTTP_REQUEST_METHOD,
  HTTP_REQUEST_METHOD_ORIGINAL,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_FULL,
} from './attributes.ts';
import { redactUrl } from './redact-url.ts';

/** The server that a request goes to. */
export interface Origin {
  /** `http:` or `https:`. */
  readonly protocol: string;
  /** Host name or address in lower case, without brackets and port. */
  readonly host: string;
  readonly port: number | undefined;
}

/** Where a request goes. */
export interface Target extends Origin {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Path of the Unix socket that takes the host's place. */
  readonly socketPath?: string | undefined;
}

const MAX_ORIGINS = 100;
const origins = new Map<string, Origin>();
const ORIGIN = /^(https?:)\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^:/]*)(?::(\d+))?(?:\/|$)/i;

/** The methods whose names may be span names: `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS`, a comma-separated list. */
export function knownMethods(): ReadonlySet<string> {
  const { OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: list } = process.env;
  return new Set((list || 'GET,HEAD,POST,PUT,DELETE,CONNECT,OPTIONS,TRACE,PATCH,QUERY').split(','));
}

/** The attributes that an HTTP call starts with. */
export function describe(target: Target, known: ReadonlySet<string>): Attributes {
  const { method } = target;
  const isKnown = known.has(method);
  const attributes = describeServer(target);
  attributes[HTTP_REQUEST_METHOD] = isKnown ? method : '_OTHER';
  attributes[URL_FULL] = redactUrl(urlOf(target));
  if (!isKnown) attributes[HTTP_REQUEST_METHOD_ORIGINAL] = method;
  return attributes;
}

/** The server's address and port. */
export function describeServer({ host, port, socketPath }: Target): Attributes {
  const attributes: Attributes = { [SERVER_ADDRESS]: socketPath ?? host };
  if (port !== undefined) attributes[SERVER_PORT] = port;
  return attributes;
}

/** The whole URL, secrets and all. */
export function urlOf({ protocol, host, port, path }: Target): string {
  // A proxy is given the whole URL in place of the path.
  if (!path.startsWith('/')) return path;
  const authority = host.includes(':') ? `[${host}]` : host;
  const suffix = port === undefined || port === defaultPort(protocol) ? '' : `:${port}`;
  return `${protocol}//${authority}${suffix}${path}`;
}

/** Takes `https://name:8443` apart; nothing for what is no origin. */
export function parseOrigin(origin: string): Origin | undefined {
  // A function calls few servers often: 0.1 us instead of 0.9.
  const known = origins.get(origin);
  if (known !== undefined) return known;
  const [, protocol, name, port] = ORIGIN.exec(origin) ?? [];
  if (protocol === undefined || name === undefined) return undefined;
  const parsed = { protocol, host: bareHost(name), port: port === undefined ? defaultPort(protocol) : Number(port) };
  if (origins.size >= MAX_ORIGINS) origins.clear();
  origins.set(origin, parsed);
  return parsed;
}

/**
 * The port that a Host header states for `host`, as {@link bareHost} gives it; nothing when it names another one. By its
 * place in the text: to make an origin of the two and look that up takes 2 us more, of 17 for the whole call.
 */
export function portIn(header: string, host: string, protocol: string): number | undefined {
  const end = header.startsWith('[') ? host.length + 2 : host.length;
  if (!header.startsWith(host) && bareHost(header.slice(0, end)) !== host) return undefined;
  if (header.length === end) return defaultPort(protocol);
  const port = header[end] === ':' ? Number(header.slice(end + 1) || Number.NaN) : Number.NaN;
  return Number.isInteger(port) ? port : undefined;
}

/** A host name in lower case; an IPv6 address without its brackets. */
export function bareHost(host: string): string {
  return (host.startsWith('[') ? host.slice(1, -1) : host).toLowerCase();
}

/** The port that a URL leaves out. */
function defaultPort(protocol: string): number {
  return protocol === 'https:' ? 443 : 80;
}
