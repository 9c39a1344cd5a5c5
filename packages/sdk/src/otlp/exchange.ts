import type { IncomingMessage } from 'node:http';
import { context } from '@opentelemetry/api';
import { MAX_DELAY_MS } from '../within.ts';
import { type Fault, faultOf, type SocketError, TIMEOUT, TOO_LARGE } from './fault.ts';
import { takePrimed } from './prime.ts';
import { suppressTracing } from './suppress.ts';
import type { OtlpTarget, SecureWay } from './target.ts';
import { type Answer, MAX_RESPONSE_BYTES } from './wire.ts';
import { writeRequest } from './write-request.ts';

/** Where a request goes, and by which way. */
export type Destination = Pick<OtlpTarget, 'address' | 'way'>;

/**
 * Sends one HTTP request, its length among the headers, and collects the answer, up to 4 MiB and `timeoutMs`. Never rejects but for a request that
 * HTTP does not allow; later errors of the socket are swallowed. No span is made of it.
 */
export async function exchange(
  { address, way }: Destination,
  headers: Readonly<Record<string, string>>,
  payload: Uint8Array,
  timeoutMs: number,
): Promise<Answer> {
  if (timeoutMs <= 0) return { chunks: [], fault: TIMEOUT };
  if (!('agent' in way)) return way.send(writeRequest(address, headers, payload), timeoutMs);
  const suppressed = suppressTracing(context.active());
  const all = { ...headers, 'content-length': String(payload.length) };
  return context.with(suppressed, exchangeSecurely, undefined, address, way, all, payload, timeoutMs);
}

function exchangeSecurely(
  address: OtlpTarget['address'],
  { agent, request: open }: SecureWay,
  headers: Readonly<Record<string, string>>,
  payload: Uint8Array,
  timeoutMs: number,
): Promise<Answer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let response: IncomingMessage | undefined;
    let sizeBytes = 0;
    const primed = takePrimed(address);
    const request = primed ?? open({ ...address, agent, headers });
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
