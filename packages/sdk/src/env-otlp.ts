import type { EnvReader, Parsed, Value } from './env-parse.ts';
import { DEFAULT_ENDPOINT, type OtlpInfix, type OtlpVariable, otlpVariables, type VariableRow } from './env-table.ts';
import { MAX_DELAY_MS } from './within.ts';

/** How one signal is sent by OTLP, with the signal's own settings already merged over the general ones. */
export interface OtlpSettings {
  /** The whole address to post to. */
  readonly url: string;
  readonly protocol: 'http/protobuf' | 'http/json';
  /** Names in lower case; names and values are ones that `node:http` takes. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long one export may take, in milliseconds. A configured 0 means no limit and becomes 2,147,483,647. */
  readonly timeoutMs: number;
  readonly compression: 'none' | 'gzip';
  /** PEM file of the authorities to trust. */
  readonly certificatePath: string | undefined;
  readonly clientKeyPath: string | undefined;
  readonly clientCertificatePath: string | undefined;
}

/** The address each signal is posted to, below the general endpoint. */
const PATHS = { TRACES: 'v1/traces', LOGS: 'v1/logs' } as const;

/**
 * Resolves the OTLP settings of one signal: its own variable first, then the general one, then the default; headers
 * are merged.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function readOtlpSettings({ parse }: EnvReader, signal: keyof typeof PATHS): OtlpSettings {
  const read = <N extends OtlpVariable>(infix: OtlpInfix, name: N): Parsed<(typeof otlpVariables)[N]> | undefined =>
    parse(`OTEL_EXPORTER_OTLP_${infix}${name}`, otlpVariables[name]);
  const own: OtlpInfix = `${signal}_`;
  const either = <N extends OtlpVariable>(name: N): Value<(typeof otlpVariables)[N]> => {
    const row: VariableRow = otlpVariables[name];
    return (read(own, name) ?? read('', name) ?? row.default) as Value<(typeof otlpVariables)[N]>;
  };
  const url = read(own, 'ENDPOINT');
  return {
    // `href` makes an empty path `/`; nothing is appended to an endpoint of the signal's own.
    url: url === undefined ? append(read('', 'ENDPOINT') ?? DEFAULT_ENDPOINT, PATHS[signal]) : new URL(url).href,
    protocol: either('PROTOCOL'),
    headers: { ...read('', 'HEADERS'), ...read(own, 'HEADERS') },
    timeoutMs: either('TIMEOUT') || MAX_DELAY_MS,
    compression: either('COMPRESSION'),
    certificatePath: either('CERTIFICATE'),
    clientKeyPath: either('CLIENT_KEY'),
    clientCertificatePath: either('CLIENT_CERTIFICATE'),
  };
}

/** Appends a path with one slash; a query of the endpoint stays. */
function append(endpoint: string, path: string): string {
  const url = new URL(endpoint);
  url.pathname += url.pathname.endsWith('/') ? path : `/${path}`;
  return url.href;
}
