import { context as otelContext, SpanKind } from '@opentelemetry/api';
import type { PluginHost } from '@tracelet/core';
import {
  type AwsOperation,
  endAttempt,
  endOperation,
  OPERATION,
  openOperation,
  readErrorBody,
  readHead,
} from './aws-operation.ts';
import { type AwsRequest, describeOperation, readBody, serviceName } from './aws-wire.ts';
import type { Failure } from './failure.ts';
import type { Head, HttpCall } from './http-client.ts';
import { describeServer, type Target } from './http-target.ts';

type Peek = (read: (chunk: unknown) => void) => void;

/** Folds the attempts of one HTTP client into operations of the AWS SDK. */
export interface AwsCalls {
  /** The operation that a new request is an attempt of, begun with the first; nothing while tracing is suppressed. */
  begin(facts: AwsRequest, target: Target, peekBody: Peek): AwsOperation | undefined;
  head(operation: AwsOperation, statusCode: number, get: Head['get'], peek: Peek | undefined): void;
  end(
    call: Pick<HttpCall<unknown>, 'statusCode' | 'requestId'>,
    operation: AwsOperation,
    failure?: Failure,
    timeMs?: number,
  ): void;
  /** Ends what waits for an attempt that never came, in the invocations that are over. */
  finish(isOver: (requestId: string | undefined) => boolean): void;
}

interface Waiting {
  readonly operation: AwsOperation;
  readonly requestId: string | undefined;
  readonly sinceMs: number;
}

/** Makes the book of operations that wait for another attempt. */
export function awsCalls(host: PluginHost): AwsCalls {
  const waiting = new Map<string, Waiting>();

  const resume = (id: string | undefined): AwsOperation | undefined => {
    const operation = otelContext.active().getValue(OPERATION) as AwsOperation | undefined;
    if (operation !== undefined && operation.id === id) return operation;
    const found = waiting.get(String(id))?.operation;
    waiting.delete(String(id));
    return found;
  };
  const start = (
    { name, service, attributes, hasNames }: AwsRequest,
    target: Target,
    peekBody: Peek,
  ): AwsOperation | undefined => {
    const started = host.start({
      name,
      kind: SpanKind.CLIENT,
      attributes: { ...attributes, ...describeServer(target) },
    });
    if (started === undefined) return undefined;
    const { span, context } = started;
    if (hasNames && span.isRecording()) {
      peekBody((chunk) => {
        const { operation, attributes } = readBody(chunk);
        if (operation !== undefined) {
          span.updateName(`${serviceName(service)}.${operation}`);
          span.setAttributes(describeOperation(service, operation));
        }
        span.setAttributes(attributes);
      });
    }
    return openOperation(span, context, false);
  };
  return {
    begin(facts, target, peekBody) {
      const operation = resume(facts.id) ?? start(facts, target, peekBody);
      if (operation === undefined) return undefined;
      operation.id = facts.id;
      operation.attempt = facts.attempt;
      operation.maxAttempts = facts.maxAttempts;
      operation.errorCode = undefined;
      if (operation.owned) operation.span.setAttributes(describeServer(target));
      return operation;
    },
    head(operation, statusCode, get, peek) {
      if (readHead(operation, statusCode, get)) peek?.((chunk) => readErrorBody(operation, chunk));
    },
    end({ statusCode, requestId }, operation, failure, timeMs) {
      const again = endAttempt(operation, statusCode, failure);
      if (operation.owned) return;
      const { id } = operation;
      // The id is what the next attempt is known by.
      if (again && id !== undefined) waiting.set(id, { operation, requestId, sinceMs: Date.now() + 1 });
      else endOperation(operation, timeMs);
    },
    finish(isOver) {
      for (const [id, { operation, requestId, sinceMs }] of waiting) {
        if (!isOver(requestId)) continue;
        waiting.delete(id);
        endOperation(operation, sinceMs);
      }
    },
  };
}
