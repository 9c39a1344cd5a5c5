import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Environment } from './environment.ts';

/** What a route needs to serve one call. */
export interface ApiCall {
  readonly environment: Environment;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The path without version and query: `/runtime/invocation/next`. */
  readonly path: string;
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Answers 202, as the API does for everything that is posted to it. */
export function sendAccepted(response: ServerResponse): void {
  sendJson(response, 202, { status: 'OK' });
}

/** Answers with an error in the shape of the API. */
export function sendError(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  sendJson(response, status, { errorMessage, errorType });
}

/**
 * Reads a body to its end.
 *
 * @throws Error (rejects) when the client goes away before.
 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The client went away.')));
  });
}

/** Parses JSON; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
