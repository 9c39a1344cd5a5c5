import type { Context } from 'aws-lambda';

/** Options of {@link fakeContext}. */
export interface FakeContextOptions {
  /** Milliseconds until the deadline, counted from the call; 3,000 by default. */
  remainingMs?: number | undefined;
  /** `local-function` by default. */
  functionName?: string | undefined;
  /** `$LATEST` by default. */
  functionVersion?: string | undefined;
  /** 512 by default. */
  memoryMb?: number | undefined;
  /** The same valid id by default. */
  requestId?: string | undefined;
  /** The invoked ARN; by default that of the function in account 123456789012 and eu-west-1. */
  arn?: string | undefined;
  /** X-Ray header, as `context.xRayTraceId` has it from runtime client 4 on; empty by default, as without tracing. */
  xRayTraceId?: string | undefined;
  tenantId?: string | undefined;
  clientContext?: Context['clientContext'];
  identity?: Context['identity'];
  /**
   * The members of runtime client 3 (Node 22 and older): `callbackWaitsForEmptyEventLoop`, `done`, `fail` and `succeed`
   * (which do nothing here), and no `xRayTraceId`. Off by default: Node 24 and later have none of them.
   */
  callbackStyle?: boolean | undefined;
}

/** A context with the member that `@types/aws-lambda` does not know. */
export interface FakeContext extends Context {
  readonly xRayTraceId?: string;
}

/**
 * A Lambda context for calling a handler in a test. `getRemainingTimeInMillis` counts down for real. By default it has
 * the members that runtime client 4 gives at run time, which are fewer than its type says.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 */
export function fakeContext(options: FakeContextOptions = {}): FakeContext {
  const functionName = options.functionName ?? 'local-function';
  const functionVersion = options.functionVersion ?? '$LATEST';
  const deadlineMs = Date.now() + (options.remainingMs ?? 3_000);
  const common = {
    functionName,
    functionVersion,
    invokedFunctionArn: options.arn ?? `arn:aws:lambda:eu-west-1:123456789012:function:${functionName}`,
    memoryLimitInMB: String(options.memoryMb ?? 512),
    awsRequestId: options.requestId ?? '6f1c1b6a-0d5e-4f3b-9a27-3c8f5e2d7b10',
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `2026/01/01/[${functionVersion}]0123456789abcdef0123456789abcdef`,
    identity: options.identity,
    clientContext: options.clientContext,
    tenantId: options.tenantId,
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
  if (options.callbackStyle === true) {
    return { ...common, callbackWaitsForEmptyEventLoop: true, done: ignore, fail: ignore, succeed: ignore };
  }
  // The type still demands what the runtime no longer gives; code that reads it must be seen to fail in a test.
  return { ...common, xRayTraceId: options.xRayTraceId ?? '' } as FakeContext;
}

function ignore(): void {}
