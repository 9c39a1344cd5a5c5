import { context as otelContext, type Span, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createLambda, idlePipeline, type Lambda, type Pipeline } from '@tracelet/core';
import { createLog, type Log, type LogOptions } from './index.ts';

export type Line = Record<string, unknown>;

export const REQUEST_ID = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';

export const lambdaContext = {
  functionName: 'shop',
  functionVersion: '7',
  awsRequestId: REQUEST_ID,
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:shop',
  getRemainingTimeInMillis: () => 3000,
};

otelContext.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

export function lambdaWith(parts: Partial<Pipeline> = {}): Lambda {
  const pipeline = idlePipeline({ tracer: new TracerProvider().getTracer('test'), ...parts });
  return createLambda({ pipeline: () => pipeline, settings: {}, above: () => [] });
}

/** Runs a handler once and gives what it returned. */
export async function inInvocation<T>(
  handler: () => Promise<T>,
  parts: Partial<Pipeline> = {},
  context: object = lambdaContext,
): Promise<T> {
  return (await lambdaWith(parts)(handler)({}, context as never)) as T;
}

/** A logger that keeps its lines, parsed. */
export function keeping(options: LogOptions = {}): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = [];
  const log = createLog({ env: {}, write: (line) => lines.push(JSON.parse(line)), ...options });
  return { log, lines };
}

/** Everything but the time. */
export function timeless({ timestamp, ...rest }: Line): Line {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(String(timestamp))) throw new Error(`time is ${timestamp}`);
  return rest;
}

export function spanNow(): Span {
  const span = trace.getActiveSpan();
  if (span === undefined) throw new Error('no span is active');
  return span;
}
