import { createHash } from 'node:crypto';
import {
  context as otelContext,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { currentFrame, describeError } from '@tracelet/core';
import { spanLike } from '@tracelet/sdk';

/** What the durable execution SDK tells of an operation; of its contract, what is read here. */
export interface DurableOperation {
  readonly id: string;
  readonly type: string;
  readonly subType?: string;
  readonly name?: string;
  readonly attempt?: number;
}

/** What it tells of an invocation at its start. */
export interface DurableInvocation {
  readonly executionArn: string;
  readonly isFirstInvocation: boolean;
  readonly executionStartTimestamp?: Date;
}

/** What it tells of an invocation at its end. */
export interface DurableInvocationEnd {
  readonly executionArn: string;
  readonly status: string;
  readonly executionStartTimestamp?: Date;
  readonly executionError?: Error;
}

/** The plugin, by the structure that version 1 of the SDK's contract asks for. */
export interface DurablePlugin {
  onInvocationStart(info: DurableInvocation): Promise<void>;
  wrapOperationAttemptFn(info: DurableOperation & { readonly attempt: number }, fn: () => unknown): unknown;
  onInvocationEnd(info: DurableInvocationEnd): Promise<void>;
  enrichLogContext(): Record<string, string> | undefined;
}

/**
 * Traces a durable function through the plugin contract of `@aws/durable-execution-sdk-js` 2.4. Every invocation has its
 * own span, which `lambda(...)` makes, with a link to the span of the execution; every attempt of a step that really runs is
 * a child of it. Replayed steps yield nothing. The execution's span is sent by the invocation that ends it.
 *
 * @example
 * export const handler = lambda(withDurableExecution(order, { plugins: [durableTracing()] }));
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
 */
export function durableTracing(): DurablePlugin {
  return new DurableTracing();
}

class DurableTracing implements DurablePlugin {
  /** Attempts under way: those that suspension leaves behind are settled by nobody. */
  readonly #open = new Map<Span, Span>();

  onInvocationStart({ executionArn, isFirstInvocation }: DurableInvocation): Promise<void> {
    const invocation = currentFrame()?.invocation.span;
    invocation?.setAttributes({ [EXECUTION_ARN]: executionArn, [IS_REPLAY]: !isFirstInvocation });
    if (invocation) invocation.addLink({ context: executionContext(executionArn, invocation) });
    return Promise.resolve();
  }

  wrapOperationAttemptFn(info: DurableOperation & { readonly attempt: number }, fn: () => unknown): unknown {
    const frame = currentFrame();
    if (frame === undefined) return fn();
    const { pipeline, span: invocation } = frame.invocation;
    const { attempt, id, name, subType, type } = info;
    const kind = (subType ?? type).toLowerCase();
    const attributes = { [OPERATION_ID]: id, [OPERATION_ATTEMPT]: attempt };
    const span = pipeline.tracer.startSpan(name === undefined ? kind : `${kind} ${name}`, { attributes });
    this.#open.set(span, invocation);
    const end = (): void => {
      if (this.#open.delete(span)) span.end();
    };
    const fail = (error: unknown): never => {
      const { message, type: errorType } = describeError(error);
      span.setAttribute('error.type', errorType).setStatus({ code: SpanStatusCode.ERROR, message });
      end();
      throw error;
    };
    const run = async (): Promise<unknown> => {
      const result = await fn();
      end();
      return result;
    };
    return otelContext.with(trace.setSpan(otelContext.active(), span), run).catch(fail);
  }

  onInvocationEnd(info: DurableInvocationEnd): Promise<void> {
    const invocation = currentFrame()?.invocation.span;
    for (const [span, owner] of this.#open) {
      if (owner !== invocation) continue;
      this.#open.delete(span);
      span.setAttribute('tracelet.unfinished', true).end();
    }
    invocation?.setAttribute(STATUS, info.status);
    if (invocation && (info.status === 'SUCCEEDED' || info.status === 'FAILED')) recordExecution(invocation, info);
    return Promise.resolve();
  }

  enrichLogContext(): Record<string, string> | undefined {
    const active = trace.getActiveSpan()?.spanContext();
    return active && { trace_id: active.traceId, span_id: active.spanId };
  }
}

/**
 * For the environment variable `DURABLE_EXECUTION_PLUGINS=@tracelet/lambda/durable`, which adds the plugin without a line
 * of code.
 */
export const durableExecutionPluginProvider: {
  readonly pluginApiVersion: 1;
  readonly pluginType: abstract new () => DurablePlugin;
  createPlugin(): DurablePlugin;
} = { pluginApiVersion: 1, pluginType: DurableTracing, createPlugin: durableTracing };

const EXECUTION_ARN = 'tracelet.durable.execution_arn';
const IS_REPLAY = 'tracelet.durable.replay';
const STATUS = 'tracelet.durable.status';
const OPERATION_ID = 'tracelet.durable.operation_id';
const OPERATION_ATTEMPT = 'tracelet.durable.attempt';

/** The same ids in every invocation of one execution, and the caller's trace where there is a caller. */
function executionContext(arn: string, invocation: Span): SpanContext {
  const hash = createHash('sha256').update(arn).digest('hex');
  const { traceFlags, traceId } = invocation.spanContext();
  const isChild = parentOf(invocation) !== undefined;
  return { traceId: isChild ? traceId : hash.slice(0, 32), spanId: hash.slice(32, 48), traceFlags };
}

function recordExecution(invocation: Span, info: DurableInvocationEnd): void {
  const { executionArn, executionError, executionStartTimestamp } = info;
  const span = spanLike(invocation, {
    name: `execution ${executionArn.split(':')[6] ?? ''}`.trim(),
    kind: SpanKind.INTERNAL,
    spanContext: executionContext(executionArn, invocation),
    parentSpanContext: parentOf(invocation),
    attributes: { [EXECUTION_ARN]: executionArn, [STATUS]: info.status },
    startTime: executionStartTimestamp ?? new Date(),
  });
  if (info.status === 'FAILED') {
    const { message, type } = describeError(executionError);
    span?.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR, message });
  }
  span?.end();
}

function parentOf(span: Span): SpanContext | undefined {
  return (span as { readonly parentSpanContext?: SpanContext }).parentSpanContext;
}
