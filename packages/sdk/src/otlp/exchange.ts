import type { IncomingMessage } from 'node:http';
import { MAX_DELAY_MS } from '../within.ts';
import { type Fault, faultOf, type SocketError, TIMEOUT } from './fault.ts';
import { takePrimed } from './prime.ts';
import type { OtlpTarget } from './target.ts';

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
  target: Pick<OtlpTarget, 'request' | 'address' | 'agent'>,
  headers: Readonly<Record<string, string>>,
  payload: Uint8Array | string,
  timeoutMs: number,
): Promise<Answer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    if (timeoutMs <= 0) return resolve({ chunks, fault: TIMEOUT });
    let response: IncomingMessage | undefined;
    let sizeBytes = 0;
    const primed = takePrimed(target);
    const request = primed ?? target.request({ ...target.address, agent: target.agent, headers });
    if (primed) for (const [name, value] of Object.entries(headers)) primed.setHeader(name, value);
    let isOver = false;
    // The listeners stay: a late error without a listener would be an uncaught exception.
    const finish = (fault?: Fault, isStale = false): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (fault !== undefined) request.destroy();
      resolve({ response, chunks, fault, isStale });
    };
    // Whether the event loop is kept alive is up to the socket.
    const timer = setTimeout(finish, Math.min(timeoutMs, MAX_DELAY_MS), TIMEOUT).unref();
    const isOld = (): boolean => primed !== undefined || request.reusedSocket;
    const fail = (error: SocketError): void => finish(faultOf(error), isOld() && response === undefined);
    request.on('error', fail);
    request.on('close', () => fail({ code: 'ECONNRESET' }));
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

const TOO_LARGE: Fault = { reason: 'response_too_large', message: 'answered more than 4 MiB' };
