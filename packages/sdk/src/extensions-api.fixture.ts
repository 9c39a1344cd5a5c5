import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** How registrations are answered. */
export interface ApiBehaviour {
  readonly delayMs?: number;
  /** In place of the right answer, byte for byte; empty closes the connection, `reset` breaks it. */
  readonly answer?: string;
}

/** An Extensions API in a thread of its own, so that it answers while the event loop of a test stands still. */
export interface ExtensionsApi {
  /** Host and port. */
  readonly address: string;
  /** What has been asked so far: `register`, `next`. */
  readonly asked: readonly string[];
  /** The request of the last registration, byte for byte. */
  readonly registration: () => string;
  /** Answers the waiting poll, or the next one: with a body, or `reset`. */
  answer(body: string): void;
  /** Resolves when so many polls have been asked. */
  polls(count: number): Promise<void>;
  close(): Promise<void>;
}

const SOURCE = String.raw`
const { createServer } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const { answer, delayMs = 0 } = workerData;
const OK = 'HTTP/1.1 200 OK\r\nLambda-Extension-Identifier: an-id\r\nContent-Length: 2\r\n\r\n{}';
let waiting;
let queued;
const reply = () => {
  if (waiting === undefined || queued === undefined) return;
  const [socket, body] = [waiting, queued];
  waiting = queued = undefined;
  if (body === 'reset') socket.resetAndDestroy();
  else socket.write('HTTP/1.1 200 OK\r\nContent-Length: ' + body.length + '\r\n\r\n' + body);
};
const server = createServer((socket) => {
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    text += chunk;
    if (text.startsWith('POST') && text.endsWith('}')) {
      parentPort.postMessage({ asked: 'register', text });
      setTimeout(() => {
        if (answer === 'reset') socket.resetAndDestroy();
        else socket.end(answer ?? OK);
      }, delayMs);
    } else if (text.startsWith('GET') && text.endsWith('\r\n\r\n')) {
      parentPort.postMessage({ asked: 'next', text });
      waiting = socket;
      text = '';
      reply();
    }
  });
});
parentPort.on('message', (body) => {
  queued = body;
  reply();
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage({ port: server.address().port }));
`;

/** Starts one; close it after the test. */
export async function startExtensionsApi(behaviour: ApiBehaviour = {}): Promise<ExtensionsApi> {
  const worker = new Worker(SOURCE, { eval: true, workerData: behaviour });
  const [{ port }] = (await once(worker, 'message')) as [{ port: number }];
  const asked: string[] = [];
  let registration = '';
  worker.on('message', (message: { asked: string; text: string }) => {
    asked.push(message.asked);
    if (message.asked === 'register') registration = message.text;
  });
  return {
    address: `127.0.0.1:${port}`,
    asked,
    registration: () => registration,
    answer: (body) => worker.postMessage(body),
    async polls(count) {
      while (asked.filter((each) => each === 'next').length < count) await once(worker, 'message');
    },
    async close() {
      await worker.terminate();
    },
  };
}
