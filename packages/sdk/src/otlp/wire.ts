import type { Socket } from 'node:net';
import { context } from '@opentelemetry/api';
import { MAX_DELAY_MS } from '../within.ts';
import { type Fault, faultOf, type SocketError, TIMEOUT, TOO_LARGE } from './fault.ts';
import { type AnswerHead, endsWithConnection, newReading, type Reading, readAnswer } from './read-answer.ts';
import { suppressTracing } from './suppress.ts';

/** What came back: without `response` or with a `fault` if it is not all. */
export interface Answer {
  readonly response?: AnswerHead | undefined;
  readonly chunks: readonly Buffer[];
  readonly fault?: Fault | undefined;
  /** True if a kept-alive connection broke before any answer: a new one may well work. */
  readonly isStale?: boolean;
}

/** A server that is spoken to in plain HTTP/1.1, and how. */
export interface WireOptions {
  /** A name or an address, of version 6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** How many requests may be under way at once; more wait. */
  readonly maxConnections: number;
  /** Whether a request under way keeps the process alive. An idle connection never does. */
  readonly holdsProcess: boolean;
}

/** Connections to one server, kept alive from request to request. */
export interface Wire {
  /** Sends a whole request, and collects the answer. Never rejects; later errors of the socket are swallowed. */
  send(request: Uint8Array, timeoutMs: number): Promise<Answer>;
  /** Connects ahead of the first request; nothing is sent. Tells what went wrong, as soon as it is known. */
  prime(): Promise<Fault | undefined>;
  /** Closes the connections that carry no request. */
  dropIdle(): void;
  /** Closes all connections; a request under way ends with a fault. */
  close(): void;
}

interface Connection {
  readonly socket: Socket;
  job: Job | undefined;
  /** Whether it has been idle: then it may be dead without anybody knowing. */
  isOld: boolean;
  error: SocketError | undefined;
}

interface Job {
  readonly request: Uint8Array;
  readonly reading: Reading;
  readonly resolve: (answer: Answer) => void;
  timer: NodeJS.Timeout | undefined;
  connection: Connection | undefined;
}

/** The limit that the OTLP specification recommends. */
export const MAX_RESPONSE_BYTES: number = 4 * 1024 * 1024;

const RESET: SocketError = { code: 'ECONNRESET' };

/**
 * Speaks HTTP/1.1 to one server over sockets of its own. `node:http` takes 165 us of CPU for a request over a connection
 * that is kept alive, this takes 45: one write, one read, nothing in between. For `http:` only; opens no connection.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112
 */
export function openWire({ holdsProcess, host, maxConnections, port }: WireOptions): Wire {
  const connections = new Set<Connection>();
  const idle: Connection[] = [];
  const waiting: Job[] = [];
  // Looking a name up loads node:dns: 3.5 ms of a cold start and 1 MB. Where nobody listens there, the name is asked for.
  let address = host === 'localhost' ? '127.0.0.1' : host;

  const finish = (job: Job, fault: Fault | undefined): void => {
    const { connection, reading, timer } = job;
    clearTimeout(timer);
    job.connection = undefined;
    let isStale = false;
    if (connection !== undefined) {
      connection.job = undefined;
      // An answer may come before the request has been written.
      if (fault === undefined && reading.keepsAlive && connection.socket.writableLength === 0) rest(connection);
      else {
        connections.delete(connection);
        connection.socket.destroy();
      }
      isStale = fault !== undefined && fault !== TIMEOUT && connection.isOld && !hasBegun(reading);
    }
    job.resolve({ response: reading.head, chunks: reading.chunks, fault, isStale });
    const next = waiting.shift();
    if (next !== undefined) dispatch(next);
  };

  const rest = (connection: Connection): void => {
    connection.isOld = true;
    connection.socket.unref();
    idle.push(connection);
  };

  const receive = (connection: Connection, bytes: Buffer): void => {
    const { job } = connection;
    // Nobody asked.
    if (job === undefined) return void connection.socket.destroy();
    try {
      if (readAnswer(job.reading, bytes)) finish(job, undefined);
      else if (job.reading.sizeBytes > MAX_RESPONSE_BYTES) finish(job, TOO_LARGE);
    } catch (error) {
      finish(job, faultOf(error as SocketError));
    }
  };

  const connect = (): Connection => {
    const { connect: open } = process.getBuiltinModule('node:net');
    // Bytes go from here into `chunks` at once. With a stream in between each answer would take a buffer of 64 KiB.
    const onread = {
      buffer: Buffer.allocUnsafe(16_384),
      callback: (size: number, buffer: Uint8Array) => {
        receive(connection, (buffer as Buffer).subarray(0, size));
        return true;
      },
    };
    const isGuess = address !== host;
    const options = { host: address, port, noDelay: true, onread };
    const socket = context.with(suppressTracing(context.active()), () => open(options as never));
    const connection: Connection = { socket, job: undefined, isOld: false, error: undefined };
    socket.on('error', (error: SocketError) => {
      connection.error = error;
      if (!isGuess || error.code !== 'ECONNREFUSED') return;
      address = host;
      // Whoever sends tries again.
      connection.isOld = true;
    });
    socket.on('close', () => {
      connections.delete(connection);
      const at = idle.indexOf(connection);
      if (at >= 0) idle.splice(at, 1);
      const { error, job } = connection;
      if (job) finish(job, !error && endsWithConnection(job.reading) ? undefined : faultOf(error ?? RESET));
    });
    connections.add(connection);
    return connection;
  };

  const dispatch = (job: Job): void => {
    let connection = idle.pop();
    while (connection?.socket.writable === false) connection = idle.pop();
    if (connection === undefined && connections.size >= maxConnections) return void waiting.push(job);
    connection ??= connect();
    connection.job = job;
    job.connection = connection;
    if (holdsProcess) connection.socket.ref();
    else connection.socket.unref();
    connection.socket.write(job.request);
  };

  const expire = (job: Job): void => {
    const at = waiting.indexOf(job);
    if (at >= 0) waiting.splice(at, 1);
    finish(job, TIMEOUT);
  };

  const wire: Wire = {
    send: (request, timeoutMs) =>
      new Promise((resolve) => {
        const job: Job = { request, reading: newReading(), resolve, timer: undefined, connection: undefined };
        if (timeoutMs < MAX_DELAY_MS) job.timer = setTimeout(expire, timeoutMs, job).unref();
        dispatch(job);
      }),
    prime: () =>
      new Promise((resolve) => {
        const tried = address;
        const connection = connect();
        rest(connection);
        connection.socket.once('connect', () => resolve(undefined));
        connection.socket.once('error', (error) => resolve(address === tried ? faultOf(error) : wire.prime()));
      }),
    dropIdle() {
      for (const connection of idle.splice(0)) connection.socket.destroy();
    },
    close() {
      for (const { socket } of connections) socket.destroy();
    },
  };
  return wire;
}

function hasBegun({ head, rest }: Reading): boolean {
  return head !== undefined || rest !== undefined;
}
