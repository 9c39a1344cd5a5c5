import {
  type Attributes,
  createContextKey,
  type Context as OtelContext,
  type Span,
  SpanStatusCode,
} from '@opentelemetry/api';
import { describeError } from '@tracelet/core';
import {
  AWS_EXTENDED_REQUEST_ID,
  AWS_REQUEST_ID,
  AWS_THROTTLE_COUNT,
  ERROR_TYPE,
  HTTP_REQUEST_RESEND_COUNT,
  HTTP_RESPONSE_STATUS_CODE,
} from './attributes.ts';
import { codeOf, type Failure } from './failure.ts';

/** One operation of the AWS SDK that has not ended: all its attempts are told on one span. */
export interface AwsOperation {
  readonly span: Span;
  readonly context: OtelContext;
  /** The SDK's id of the operation; a traced client learns it with the first attempt. */
  id: string | undefined;
  attempt: number;
  maxAttempts: number;
  throttleCount: number;
  /** Why the latest attempt failed, as the service calls it. */
  errorCode: string | undefined;
  errorMessage: string | undefined;
  /** Whether a traced client ends the span; the wire adds to it what it sees. */
  readonly owned: boolean;
}

/** Where a traced client leaves its operation for the requests that it makes. Copies of this module share the key. */
export const OPERATION: symbol = /* @__PURE__ */ createContextKey('tracelet AWS operation');

/** How many attempt events one span takes: a waiter's own retries are operations of their own. */
const MAX_ATTEMPT_EVENTS = 20;

// What the SDK takes for throttling, and what else it tries again with a status of 4xx:
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
const THROTTLED =
  /Throttl|(Request|Bandwidth)LimitExceeded|^LimitExceededExc|ThroughputExceeded|SlowDown|TooManyRequests|PriorRequest|TransactionInProgress/;
const RETRIED = /Skew|RequestTimeout|RequestExpired/;

/** Makes the record of an operation around its span. */
export function openOperation(span: Span, context: OtelContext, owned: boolean): AwsOperation {
  return {
    span,
    context,
    owned,
    id: undefined,
    attempt: 1,
    maxAttempts: 1,
    throttleCount: 0,
    errorCode: undefined,
    errorMessage: undefined,
  };
}

/** Reads the head of an attempt's response. @returns Whether the body has to say why the attempt failed. */
export function readHead(
  operation: AwsOperation,
  statusCode: number,
  get: (name: string) => string | undefined,
): boolean {
  const { span } = operation;
  const requestId = get('x-amzn-requestid') ?? get('x-amz-request-id');
  if (requestId !== undefined) span.setAttribute(AWS_REQUEST_ID, requestId);
  const extended = get('x-amz-id-2');
  if (extended !== undefined) span.setAttribute(AWS_EXTENDED_REQUEST_ID, extended);
  if (statusCode < 400) return false;
  const code = get('x-amzn-query-error') ?? get('x-amzn-errortype');
  operation.errorCode = /^[^;:]+/.exec(code ?? '')?.[0];
  return operation.errorCode === undefined;
}

/** Reads the error's code in the head of an error's body, JSON or XML. */
export function readErrorBody(operation: AwsOperation, chunk: unknown): void {
  // What is neither bytes nor a text may not even be convertible to one.
  const head = chunk instanceof Uint8Array ? Buffer.from(chunk).toString('utf8', 0, 2048) : chunk;
  if (typeof head !== 'string') return;
  operation.errorCode = /"(?:__type|code)":\s*"(?:[^"#]*#)?(\w[\w.]*)|<Code>([\w.]+)</
    .exec(head)
    ?.slice(1)
    .find(Boolean);
}

/**
 * Ends an attempt: an event on the span where it is not the only one.
 *
 * @returns Whether another attempt is to be expected.
 */
export function endAttempt(operation: AwsOperation, statusCode: number | undefined, failure?: Failure): boolean {
  const { attempt, maxAttempts, span } = operation;
  const failed = failure !== undefined || (statusCode ?? 0) >= 400;
  const thrown =
    failure && (failure.timedOut ? 'TimeoutError' : (codeOf(failure.error) ?? describeError(failure.error).type));
  const code = failed ? (thrown ?? operation.errorCode ?? String(statusCode)) : undefined;
  operation.errorCode = code;
  operation.errorMessage = failure && describeError(failure.error).message;
  const throttled = failed && (statusCode === 429 || THROTTLED.test(String(code)));
  if (throttled) {
    operation.throttleCount += 1;
    span.setAttribute(AWS_THROTTLE_COUNT, operation.throttleCount);
  }
  const transient = failed && (thrown !== undefined || Number(statusCode) >= 500 || RETRIED.test(String(code)));
  const again = (throttled || transient) && attempt < maxAttempts;
  if (attempt > 1) span.setAttribute(HTTP_REQUEST_RESEND_COUNT, attempt - 1);
  if ((again || attempt > 1) && attempt <= MAX_ATTEMPT_EVENTS) {
    const attributes: Attributes = { [HTTP_REQUEST_RESEND_COUNT]: attempt - 1 };
    if (statusCode !== undefined) attributes[HTTP_RESPONSE_STATUS_CODE] = statusCode;
    if (code !== undefined) attributes[ERROR_TYPE] = code;
    span.addEvent('aws.attempt', attributes);
  }
  return again;
}

/** Ends an operation that nobody owns, in the state that its latest attempt left it in. */
export function endOperation({ span, errorCode, errorMessage }: AwsOperation, timeMs?: number): void {
  if (errorCode !== undefined) {
    span.setAttribute(ERROR_TYPE, errorCode);
    span.setStatus(
      errorMessage === undefined
        ? { code: SpanStatusCode.ERROR }
        : { code: SpanStatusCode.ERROR, message: errorMessage },
    );
  }
  span.end(timeMs);
}
