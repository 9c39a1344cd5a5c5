import type { ClientRequest } from 'node:http';
import { type Fault, faultOf } from './fault.ts';
import type { OtlpTarget, SecureWay } from './target.ts';

/**
 * Connects to a target ahead of the first request, which then uses that connection; nothing is sent. An idle connection
 * does not keep the process alive.
 *
 * @returns What went wrong, as soon as it is known.
 */
export function primeTarget({ address, way }: OtlpTarget): Promise<Fault | undefined> {
  return 'agent' in way ? primeSecure(address, way) : way.prime();
}

function primeSecure(address: OtlpTarget['address'], { agent, request: open }: SecureWay): Promise<Fault | undefined> {
  return new Promise((resolve) => {
    const request = open({ ...address, agent });
    begun.set(address, request);
    request.on('error', (error) => {
      begun.delete(address);
      resolve(faultOf(error));
    });
    request.on('socket', (socket) => {
      const connected = (): void => {
        socket.unref();
        resolve(undefined);
      };
      socket.once('secureConnect', connected);
    });
  });
}

/** Gives the request that was begun for a secure connection, if that is still good; once. */
export function takePrimed(address: OtlpTarget['address']): ClientRequest | undefined {
  const request = begun.get(address);
  begun.delete(address);
  if (!request || request.destroyed) return undefined;
  request.socket?.ref();
  return request;
}

/** A request that has begun holds its connection. */
const begun = new WeakMap<object, ClientRequest>();
