import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** When what happened in one invocation, in milliseconds from the event being handed over. */
export interface Times {
  /** Until the response came. */
  readonly latencyMs: number;
  /** Until runtime and extensions asked for the next event: what Lambda bills. */
  readonly busyMs: number;
  /** What the function answered. */
  readonly payload: string;
}

/** The Runtime API and the Extensions API of one environment, as lean as they can be. */
export interface RuntimeServer {
  /** Host and port, the value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Resolves when the runtime and every extension wait for an event. Rejects when init failed. */
  idle(): Promise<void>;
  /** Hands over an event. Rejects when the function posted an error. */
  invoke(event: string): Promise<Times>;
  /** Ends what is waited for, with this reason. */
  fail(reason: Error): void;
  close(): void;
}

interface Agent {
  readonly invoked: boolean;
  poll: ServerResponse | undefined;
}

interface State {
  readonly agents: Map<string, Agent>;
  poll: ServerResponse | undefined;
  whenIdle: (() => void) | undefined;
  whenAnswered: ((payload: string) => void) | undefined;
  reject: ((reason: Error) => void) | undefined;
}

/**
 * Starts the API of one environment on 127.0.0.1. The test kit has one with the manners of the real one; this one
 * records nothing, so that it disturbs no clock.
 */
export async function startRuntimeServer(): Promise<RuntimeServer> {
  const state: State = {
    agents: new Map(),
    poll: undefined,
    whenIdle: undefined,
    whenAnswered: undefined,
    reject: undefined,
  };
  const server = createServer((request, response) => route(state, request, response));
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const idle = (): Promise<void> =>
    new Promise((resolve, reject) => {
      state.reject = reject;
      state.whenIdle = resolve;
      look(state);
    });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    idle,
    invoke: async (event) => {
      const requestId = randomUUID();
      const deadlineMs = Date.now() + 60_000;
      const answered = new Promise<{ payload: string; at: number }>((resolve, reject) => {
        state.reject = reject;
        state.whenAnswered = (payload) => resolve({ payload, at: performance.now() });
      });
      for (const agent of state.agents.values()) {
        const { invoked, poll } = agent;
        if (!invoked || poll === undefined) continue;
        agent.poll = undefined;
        json(poll, { eventType: 'INVOKE', deadlineMs, requestId, invokedFunctionArn: ARN });
      }
      const poll = state.poll;
      if (poll === undefined) throw new Error('The runtime does not wait for an event.');
      state.poll = undefined;
      const startedAt = performance.now();
      json(poll, event, {
        'Lambda-Runtime-Aws-Request-Id': requestId,
        'Lambda-Runtime-Deadline-Ms': String(deadlineMs),
        'Lambda-Runtime-Invoked-Function-Arn': ARN,
        'Lambda-Runtime-Trace-Id': traceHeader(),
      });
      const { payload, at } = await answered;
      await idle();
      return { latencyMs: at - startedAt, busyMs: performance.now() - startedAt, payload };
    },
    fail: (reason) => state.reject?.(reason),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:bench';

function route(state: State, request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? '';
  if (url.endsWith('/invocation/next')) {
    state.poll = response;
    look(state);
  } else if (url.endsWith('/extension/event/next')) {
    const agent = state.agents.get(String(request.headers['lambda-extension-identifier']));
    if (agent !== undefined) agent.poll = response;
    look(state);
  } else if (url.endsWith('/extension/register')) {
    read(request, (body) => {
      const id = randomUUID();
      const { events = [] } = JSON.parse(body) as { events?: readonly string[] };
      state.agents.set(id, { invoked: events.includes('INVOKE'), poll: undefined });
      json(
        response,
        { functionName: 'bench', functionVersion: '$LATEST', handler: 'index.handler' },
        { 'Lambda-Extension-Identifier': id },
      );
    });
  } else if (url.endsWith('/response')) {
    // What follows the headers is at most the rest of one body; the clock stops when the answer begins to come.
    const whenAnswered = state.whenAnswered;
    read(request, (body) => {
      whenAnswered?.(body);
      json(response, {}, {}, 202);
    });
  } else if (url.endsWith('/error')) {
    read(request, (body) => {
      json(response, {}, {}, 202);
      state.reject?.(new Error(`The function failed: ${body.slice(0, 1000)}`));
    });
  } else {
    response.writeHead(404).end();
  }
}

/** Tells who waits that runtime and extensions all wait. */
function look(state: State): void {
  if (state.poll === undefined) return;
  for (const agent of state.agents.values()) if (agent.poll === undefined) return;
  const whenIdle = state.whenIdle;
  state.whenIdle = undefined;
  whenIdle?.();
}

function json(
  response: ServerResponse,
  body: object | string,
  headers: Record<string, string> = {},
  status = 200,
): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

function read(request: IncomingMessage, done: (body: string) => void): void {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => done(body));
}

function traceHeader(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const hex = (sizeBytes: number): string => randomBytes(sizeBytes).toString('hex');
  return `Root=1-${seconds}-${hex(12)};Parent=${hex(8)};Sampled=1`;
}
