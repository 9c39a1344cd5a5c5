/** Why an exchange ended before the answer did. */
export interface Fault {
  readonly reason: 'headers' | 'timeout' | 'refused' | 'reset' | 'network' | 'response_too_large';
  /** Reads on after the endpoint's URL. */
  readonly message: string;
}

/** The fault of whatever takes longer than it may. */
export const TIMEOUT: Fault = { reason: 'timeout', message: 'did not answer in time' };

/** The fault of an answer that does not end. */
export const TOO_LARGE: Fault = { reason: 'response_too_large', message: 'answered more than 4 MiB' };

/** What of an error tells its reason. */
export type SocketError = Partial<Pick<NodeJS.ErrnoException, 'code' | 'message'>>;

/** Says what an error of a socket means. */
export function faultOf({ code = '', message }: SocketError): Fault {
  const hint = HINTS.find(([codes]) => codes.test(code))?.[1] ?? '';
  return { reason: REASONS[code] ?? 'network', message: `failed with ${code || message}${hint}` };
}

const REASONS: Readonly<Record<string, Fault['reason']>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
};

const HINTS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^HPE_/, ': is it OTLP/HTTP (port 4318), not OTLP/gRPC (4317)?'],
  [/CERT|SELF_SIGNED|ISSUER|EPROTO|SSL/, ': does it speak https, and is OTEL_EXPORTER_OTLP_CERTIFICATE its authority?'],
];
