import type { IncomingMessage } from 'node:http';
import { MAX_DELAY_MS } from '../within.ts';
import type { OtlpTarget } from './target.ts';

/** Why an exchange ended before the answer did. */
export interface Fault {
  readonly reason: 'timeout' | 'refused' | 'reset' | 'network' | 'too_large';
  /** Reads on after the endpoint's URL. */
  readonly message: string;
}

/** What came back: without `response` or with a `fault` if it is not all. */
export interface Answer {
  readonly response?: IncomingMessage | undefined;
  readonly chunks: readonly Buffer[];
  readonly fault?: Fault | undefined;
  /** True if a kept-alive connection broke before any answer: a new one may well work. */
  readonly isStale?: boolean;
}

/**
 * Sends one HTTP request and collects the answer, up to 4 MiB and `timeoutMs`. Never rejects but for a request that
 * Node refuses to make; later errors of the socket are swallowed.
 */
export function exchange(
  target: OtlpTarget,
  headers: Readonly<Record<string, string>>,
  payload: Uint8Array,
  timeoutMs: number,
): Promise<Answer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    if (timeoutMs <= 0) return resolve({ chunks, fault: TIMEOUT });
    let response: IncomingMessage | undefined;
    let sizeBytes = 0;
    const request = target.request({ ...target.address, agent: target.agent, headers });
    let isOver = false;
    // The listeners stay: a late error without a listener would be an uncaught exception.
    const finish = (fault?: Fault, isStale = false): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (fault !== undefined) request.destroy();
      resolve({ response, chunks, fault, isStale });
    };
    const timer = setTimeout(finish, Math.min(timeoutMs, MAX_DELAY_MS), TIMEOUT);
    const fail = (error: NodeJS.ErrnoException): void =>
      finish(faultOf(error), request.reusedSocket && response === undefined);
    request.on('error', fail);
    request.on('close', () => finish(CLOSED));
    request.on('response', (incoming) => {
      response = incoming;
      incoming.on('error', fail);
      incoming.on('end', () => finish());
      incoming.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length;
        if (sizeBytes > MAX_RESPONSE_BYTES) finish(TOO_LARGE);
        else chunks.push(chunk);
      });
    });
    request.end(payload);
  });
}

/** The limit that the specification recommends. */
const MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

/** The fault of whatever takes longer than it may. */
export const TIMEOUT: Fault = { reason: 'timeout', message: 'did not answer in time' };
const CLOSED: Fault = { reason: 'reset', message: 'closed the connection without an answer' };
const TOO_LARGE: Fault = { reason: 'too_large', message: 'sent an answer of more than 4 MiB' };

const REFUSED: Fault = { reason: 'refused', message: 'refused the connection' };
const UNREACHABLE: Fault = { reason: 'network', message: 'could not be reached' };

function faultOf({ code, message }: NodeJS.ErrnoException): Fault {
  const said = code || message;
  const fault = FAULTS.find(([codes]) => codes.test(said))?.[1] ?? UNREACHABLE;
  const remedy = REMEDIES.find(([codes]) => codes.test(said))?.[1] ?? '';
  return { reason: fault.reason, message: `${fault.message} (${said})${remedy}` };
}

const FAULTS: ReadonlyArray<readonly [RegExp, Fault]> = [
  [/^ECONNREFUSED$/, REFUSED],
  [/^(ECONNRESET|EPIPE)$/, CLOSED],
  [/^ETIMEDOUT$/, TIMEOUT],
];

const REMEDIES: ReadonlyArray<readonly [RegExp, string]> = [
  [/^HPE_/, ': the answer is not HTTP/1.1. Port 4317 is OTLP/gRPC, OTLP/HTTP listens on 4318'],
  [/CERT|SELF_SIGNED|ISSUER/, ': its certificate is not trusted. Set OTEL_EXPORTER_OTLP_CERTIFICATE to its authority'],
  [/^EPROTO$|SSL/, ': the TLS handshake failed. Does the endpoint speak https?'],
  [/^ENOTFOUND$|^EAI_/, ': its name is unknown. Check OTEL_EXPORTER_OTLP_ENDPOINT'],
];
