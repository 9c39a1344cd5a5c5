import { context as otelContext } from '@opentelemetry/api';
import { currentFrame, diagnose } from '@tracelet/core';
import { type Carrier, carryThrough, isClient, prepare, SENDING, type SmithyClient } from './aws-middleware.ts';

/** How {@link traceClient} and `awsSdk` trace. */
export interface TraceClientOptions {
  /**
   * Services whose messages carry the trace context although their readers see it: members of a JSON payload (`kinesis`,
   * `firehose`), user-defined metadata (`s3`), attributes of items (`dynamodb`). Default: none of them. SQS, SNS,
   * EventBridge, Lambda and Step Functions always carry it. Adds up over all calls in a process.
   */
  readonly carry?: readonly Carrier[] | undefined;
}

type Send = (this: SmithyClient, ...args: unknown[]) => unknown;

// On the function that stands in for `send`, so that every copy of this module knows it.
const TRACED = Symbol.for('tracelet.aws-sdk.send');

/**
 * Traces the clients of the AWS SDK v3 from inside: exact names of operations, tables, queues, counts and capacity, and
 * the trace context in what is sent. All clients whose base class is that of the given one are traced from then on, so one
 * call does for a process with one copy of the SDK.
 *
 * Spans are made inside invocations. Never changes what the caller gave: inputs, results and errors are the same objects.
 * What is no client is given back as it is, and said once.
 *
 * @param target A client, or the class of one.
 * @example
 * const sqs = traceClient(new SQSClient({}));
 * @see https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/
 */
export function traceClient<T>(target: T, options: TraceClientOptions = {}): T {
  carryThrough(options.carry ?? []);
  const base = baseOf(target);
  if (base === undefined || (typeof target !== 'function' && !isClient(target))) {
    const what = 'traceClient() was given something that is no client of the AWS SDK for JavaScript v3';
    diagnose('not_an_aws_client', what, 'Give it a client or the class of one, such as new SQSClient({}).');
  } else {
    traceBase(base);
  }
  return target;
}

/** Puts a traced `send` in place on a base class's prototype, once; tells whether it is one now. */
export function traceBase(base: { send?: unknown }): boolean {
  if (isDisabled()) return false;
  const { send } = base;
  if (typeof send !== 'function') return false;
  if (TRACED in send) return true;
  const traced: Send = function (...args) {
    if (currentFrame() === undefined || !prepare(this)) return Reflect.apply(send, this, args);
    const context = otelContext.active().setValue(SENDING, true);
    return otelContext.with(context, () => Reflect.apply(send, this, args));
  };
  base.send = Object.assign(traced, { [TRACED]: true });
  return true;
}

/** The last prototype that has a `send` of its own: the class that all clients of one copy of the SDK extend. */
function baseOf(target: unknown): { send?: unknown } | undefined {
  let found: { send?: unknown } | undefined;
  let each: unknown = typeof target === 'function' ? target.prototype : prototypeOf(target);
  for (; each !== null && each !== undefined; each = prototypeOf(each)) {
    if (Object.hasOwn(each, 'send')) found = each;
  }
  return found;
}

function prototypeOf(value: unknown): unknown {
  return value === null || value === undefined ? undefined : Object.getPrototypeOf(value);
}

/** Whether tracelet is switched off, and nothing may be patched. */
export function isDisabled(): boolean {
  return process.env.OTEL_SDK_DISABLED?.toLowerCase() === 'true';
}
