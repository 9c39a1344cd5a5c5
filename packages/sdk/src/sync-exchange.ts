import { readSync, writeSync } from 'node:fs';
import { monotonicMs } from '@tracelet/core';

/** Where to, what, and when the answer is whole. */
export interface SyncRequest {
  /** An IPv4 address: nothing is looked up. */
  readonly host: string;
  readonly port: number;
  readonly text: string;
  readonly isWhole: RegExp;
}

/**
 * Sends bytes over TCP and waits for the answer without giving way to the event loop: for module code that must not
 * await, but be done before the runtime asks for its first event. Takes 1 to 3 ms against another process on the same
 * machine.
 *
 * Once the request has been written, an answer that is not whole in time is read asynchronously and given to `onLate`;
 * what ends without one, too. None of it keeps the process alive.
 *
 * @param timeoutMs How long the event loop may stand still.
 * @returns The answer; `undefined` when it is late.
 * @throws What the socket says when there is no connection or it breaks, or when nothing could be written in time; and
 * where Node does not give its TCP handles away.
 */
export function exchangeSync(
  { host, isWhole, port, text }: SyncRequest,
  timeoutMs: number,
  onLate: (answer: string) => void,
): string | undefined {
  // `net.Socket` connects in a later tick, and with a lookup of our own at once, but then loads node:dns for 4 ms.
  const { TCP, TCPConnectWrap } = (process as unknown as Binding).binding('tcp_wrap');
  const endMs = monotonicMs() + timeoutMs;
  const nap = new Int32Array(new SharedArrayBuffer(4));
  const chunk = Buffer.alloc(4096);
  const handle = new TCP(0);
  const connecting = new TCPConnectWrap();
  connecting.oncomplete = () => {};
  handle.connect(connecting, host, port);
  let isSent = false;
  let answer = '';
  for (;;) {
    try {
      if (!isSent) writeSync(handle.fd, text);
      isSent = true;
      const sizeBytes = readSync(handle.fd, chunk);
      if (sizeBytes === 0) throw new Error('the connection was closed without an answer');
      answer += chunk.toString('latin1', 0, sizeBytes);
      if (!isWhole.test(answer)) continue;
      handle.close();
      return answer;
    } catch (error) {
      const isPending = NOT_YET.test(String((error as NodeJS.ErrnoException).code));
      const isTime = monotonicMs() < endMs;
      // Sleeps rather than spins: the other side may have to share the one CPU.
      if (isPending && isTime) Atomics.wait(nap, 0, 0, 0.1);
      else if (isPending && isSent) break;
      else {
        handle.close();
        throw error;
      }
    }
  }
  connecting.oncomplete = () => {
    const socket = new (process.getBuiltinModule('node:net').Socket)({ handle } as object).unref();
    socket.on('data', (more: Buffer) => {
      answer += more.toString('latin1');
      if (isWhole.test(answer)) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => onLate(answer));
  };
  return undefined;
}

/** Connecting, or nothing to read. */
const NOT_YET = /^(EAGAIN|ENOTCONN)$/;

interface Binding {
  binding(name: 'tcp_wrap'): {
    TCP: new (type: number) => { fd: number; close(): void; connect(how: object, host: string, port: number): number };
    TCPConnectWrap: new () => { oncomplete: () => void };
  };
}
