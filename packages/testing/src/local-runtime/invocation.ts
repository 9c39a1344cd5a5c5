import { randomBytes, randomUUID } from 'node:crypto';
import { validateHeaderValue } from 'node:http';

import type { Failure, Invocation } from './environment.ts';
import type { InvokeOptions, InvokeResult } from './runtime-types.ts';

/**
 * Checks and serialises what is to be sent; the invocation itself is made when the environment is ready, because its
 * deadline counts from then.
 *
 * @throws TypeError when the event or client context is not JSON, or a value does not fit into a header.
 */
export function makeInvocation(
  event: unknown,
  options: InvokeOptions,
  timeoutMs: number,
): (functionArn: string) => Invocation {
  const body = JSON.stringify(event) ?? 'null';
  const traceHeader = options.traceHeader ?? passiveTraceHeader();
  const optional = {
    'Lambda-Runtime-Trace-Id': traceHeader,
    'Lambda-Runtime-Client-Context': options.clientContext === undefined ? '' : toAscii(options.clientContext),
    'Lambda-Runtime-Aws-Tenant-Id': options.tenantId ?? '',
  };
  const present = Object.entries(optional).filter(([, value]) => value !== '');
  for (const [name, value] of present) validateHeaderValue(name, value);
  return (functionArn) => {
    const requestId = randomUUID();
    const deadlineAtMs = Math.round(Date.now() + timeoutMs);
    const headers = {
      'Lambda-Runtime-Aws-Request-Id': requestId,
      'Lambda-Runtime-Deadline-Ms': String(deadlineAtMs),
      'Lambda-Runtime-Invoked-Function-Arn': functionArn,
      ...Object.fromEntries(present),
    };
    return { requestId, body, headers, deadlineAtMs, traceHeader, startedAt: performance.now(), answer: undefined };
  };
}

/** Puts together what became of an invocation. */
export function makeResult(
  { requestId, startedAt, answer }: Invocation,
  failure: Failure | undefined,
  facts: { readonly endedAt: number; readonly cold: boolean; readonly logs: readonly string[] },
): InvokeResult {
  const status = statusOf(answer?.error !== undefined, failure);
  const error = failure?.status === 'timeout' ? failure.error : (answer?.error ?? failure?.error);
  return {
    requestId,
    ok: status === 'success',
    status,
    payload: answer?.payload,
    ...(error === undefined ? {} : { error: withRequestId(error, requestId, failure) }),
    latencyMs: answer === undefined ? undefined : answer.at - startedAt,
    busyMs: facts.endedAt - startedAt,
    logs: facts.logs,
    cold: facts.cold,
    ...(answer?.streamedBytes === undefined ? {} : { streamedBytes: answer.streamedBytes }),
  };
}

// Runtime client 3 posts an uncaught error and then exits: the exit is the end of the environment, the error the result.
function statusOf(hasPostedError: boolean, failure: Failure | undefined): InvokeResult['status'] {
  if (failure?.status === 'timeout') return 'timeout';
  if (hasPostedError) return 'error';
  return failure?.status ?? 'success';
}

function withRequestId(
  error: NonNullable<InvokeResult['error']>,
  requestId: string,
  failure: Failure | undefined,
): NonNullable<InvokeResult['error']> {
  if (failure?.error !== error || error.errorType !== 'Runtime.ExitError') return error;
  return { ...error, errorMessage: `RequestId: ${requestId} Error: ${error.errorMessage}` };
}

function passiveTraceHeader(): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16);
  const hex = (sizeBytes: number): string => randomBytes(sizeBytes).toString('hex');
  return `Root=1-${seconds}-${hex(12)};Parent=${hex(8)};Sampled=0;Lineage=1:${hex(4)}:0`;
}

// Headers carry Latin-1 only, so everything else of the JSON is escaped.
function toAscii(value: unknown): string {
  const json = JSON.stringify(value) ?? '';
  return json.replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
