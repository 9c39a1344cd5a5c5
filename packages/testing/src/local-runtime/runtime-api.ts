import type { IncomingMessage } from 'node:http';

import { type ApiCall, parseJson, readBody, sendAccepted, sendError } from './api-call.ts';
import { type Environment, fail, type Invocation } from './environment.ts';
import type { InvokeError } from './runtime-types.ts';

/**
 * Serves one call of the Runtime API 2018-06-01.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function runtimeApi(call: ApiCall): Promise<void> {
  const { request, response, path } = call;
  const key = `${request.method} ${path.replace(/^\/runtime\/invocation\/[^/]+\//, '/runtime/invocation/ID/')}`;
  if (key === 'GET /runtime/invocation/next') return next(call);
  if (key === 'POST /runtime/init/error') return initError(call);
  if (key === 'POST /runtime/invocation/ID/response') return answer(call, readResponse);
  if (key === 'POST /runtime/invocation/ID/error') return answer(call, readError);
  sendError(response, 404, 'NotFound', `No ${request.method} ${path}`);
}

// 6 MB and 100 bytes, the limit of a buffered response.
const RESPONSE_BYTES_MAX = 6 * 1024 * 1024 + 100;

async function next({ environment, response }: ApiCall): Promise<void> {
  const isBusy = [...environment.invocations.values()].some(({ answer }) => answer === undefined);
  if (isBusy && !environment.facts.isManaged) {
    sendError(response, 403, 'InvalidStateTransition', 'The invocation under way has no response yet.');
    return;
  }
  environment.isRegistrationOpen = false;
  const { runtimePolls } = environment;
  runtimePolls.push(response);
  response.once('close', () => {
    if (runtimePolls.includes(response)) runtimePolls.splice(runtimePolls.indexOf(response), 1);
  });
}

async function initError({ environment, request, response }: ApiCall): Promise<void> {
  const error = readError(request, await readBody(request)).error;
  sendAccepted(response);
  if (error !== undefined) fail(environment, { status: 'error', error });
}

interface Posted {
  readonly payload: unknown;
  readonly error: InvokeError | undefined;
  readonly streamedBytes?: number;
}

async function answer(
  { environment, request, response, path }: ApiCall,
  read: (request: IncomingMessage, body: Buffer) => Posted,
): Promise<void> {
  const invocation = currentInvocation(environment, path);
  if (invocation === undefined) {
    request.resume();
    sendError(response, 400, 'InvalidRequestID', 'Invalid request ID');
    return;
  }
  const posted = read(request, await readBody(request));
  invocation.answer = { at: performance.now(), streamedBytes: undefined, ...posted };
  if (posted.error?.errorType === 'Function.ResponseSizeTooLarge') {
    sendError(response, 413, 'RequestEntityTooLarge', posted.error.errorMessage);
  } else {
    sendAccepted(response);
  }
}

function currentInvocation(environment: Environment, path: string): Invocation | undefined {
  const requestId = decodeURIComponent(path.split('/')[3] ?? '');
  const invocation = environment.invocations.get(requestId);
  return invocation?.answer === undefined ? invocation : undefined;
}

function readResponse(request: IncomingMessage, body: Buffer): Posted {
  const isStream = request.headers['lambda-runtime-function-response-mode'] === 'streaming';
  if (!isStream && body.length > RESPONSE_BYTES_MAX) {
    const errorMessage = `Response payload size (${body.length} bytes) exceeded maximum allowed payload size (6291556 bytes).`;
    const error = { errorType: 'Function.ResponseSizeTooLarge', errorMessage, trace: [] };
    return { payload: undefined, error };
  }
  const payload = readPayload(body, request.headers['content-type']);
  if (!isStream) return { payload, error: undefined };
  const trailer = request.trailers['lambda-runtime-function-error-body'];
  const error = trailer === undefined ? undefined : toError(Buffer.from(trailer, 'base64').toString());
  return { payload, error, streamedBytes: body.length };
}

function readError(request: IncomingMessage, body: Buffer): Posted {
  const header = request.headers['lambda-runtime-function-error-type'];
  return { payload: parseJson(body.toString()), error: toError(body.toString(), header) };
}

function readPayload(body: Buffer, contentType: string | undefined): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    const json = contentType === undefined || contentType.startsWith('application/json') ? parseJson(text) : undefined;
    return json === undefined ? text : json;
  } catch {
    return Uint8Array.from(body);
  }
}

function toError(text: string, header?: string | string[]): InvokeError {
  const json = parseJson(text);
  const fields = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  const trace = fields.trace ?? fields.stackTrace;
  return {
    errorType: String(fields.errorType ?? header ?? 'Runtime.UnknownReason'),
    errorMessage: String(fields.errorMessage ?? text),
    trace: Array.isArray(trace) ? trace.map(String) : [],
  };
}
