import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { ApiCall } from './api-call.ts';
import { changed, type Environment } from './environment.ts';
import { extensionsApi } from './extensions-api.ts';
import { runtimeApi } from './runtime-api.ts';
import type { RuntimeCall } from './runtime-types.ts';
import { telemetryApi } from './telemetry-api.ts';

/** The API of one environment. */
export interface ApiServer {
  /** Host and port, the value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /** Stops the server and cuts its connections. */
  close(): Promise<void>;
}

/**
 * Serves the Runtime API and the Extensions API of one environment on 127.0.0.1, and notes every call.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
export async function startApi(environment: Environment, calls: RuntimeCall[]): Promise<ApiServer> {
  const server = createServer((request, response) => {
    void serve(environment, calls, request, response);
  });
  // The calls for the next event wait as long as the environment is frozen, and idle connections wait with them.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  await listen(server);
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  environment: Environment,
  calls: RuntimeCall[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = (request.url ?? '/').replace(/\?.*$/, '');
  note(calls, url, request, response);
  const [, version = '', path = ''] = /^\/(\d{4}-\d{2}-\d{2})(\/.*)$/.exec(url) ?? [];
  const route = ROUTES[version];
  try {
    if (route === undefined) response.writeHead(404).end();
    else await route({ environment, request, response, path });
  } catch {
    // The process went away in the middle of its call; its exit is seen elsewhere.
    response.destroy();
  }
  changed(environment);
}

/** Keeps what comes of a call for whoever wants to see it, byte for byte. */
function note(calls: RuntimeCall[], path: string, request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  let status: number | undefined;
  // Listens in the turn in which the route does, so that neither misses a part.
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.once('finish', () => {
    status = response.statusCode;
  });
  calls.push({
    method: request.method ?? '',
    path,
    at: performance.timeOrigin + performance.now(),
    headers: request.headers,
    get status() {
      return status;
    },
    get body() {
      return Buffer.concat(chunks);
    },
    get trailers() {
      return request.trailers;
    },
  });
}

const ROUTES: Readonly<Record<string, (call: ApiCall) => Promise<void>>> = {
  '2018-06-01': runtimeApi,
  '2020-01-01': extensionsApi,
  '2022-07-01': telemetryApi,
};

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
}
