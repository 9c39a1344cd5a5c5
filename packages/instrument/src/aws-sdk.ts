import { subscribe as listenTo, unsubscribe } from 'node:diagnostics_channel';
import { context as otelContext } from '@opentelemetry/api';
import { currentFrame, diagnose, isSuppressed, type Plugin } from '@tracelet/core';
import { carryThrough } from './aws-middleware.ts';
import { OPERATION } from './aws-operation.ts';
import { guard } from './listen.ts';
import { isDisabled, type TraceClientOptions, traceBase, traceClient } from './trace-client.ts';

export { type TraceClientOptions, traceClient };

const CREATED = ['http.client.request.created', 'http2.client.stream.created'] as const;
// A client that was loaded late is looked for that often; then it is said that it cannot be found.
const MAX_SEARCHES = 5;
const SMITHY = /@smithy[\\/](core|smithy-client)[\\/]/;

/**
 * Traces the AWS SDK v3 from inside, as {@link traceClient} does, and says what carries the trace context. Importing
 * `@tracelet/lambda/aws-sdk` is enough to trace; this is for presets that ask for more carriers.
 *
 * @example
 * export const lambda = defineLambda({ plugins: [awsSdk({ carry: ['kinesis'] })] });
 */
export function awsSdk(options: TraceClientOptions = {}): Plugin {
  // At once: a preset is made before its first invocation, and outside Lambda plugins are not set up.
  carryThrough(options.carry ?? []);
  return { name: 'aws-sdk' };
}

/**
 * Finds the base class of the SDK's clients, wherever it is: in the same bundle, in `node_modules`, or among the modules
 * that the runtime provides. Never throws; where none is found and the SDK is at work, that is said once.
 */
function traceSdk(): void {
  if (isDisabled()) return;
  // Written so that bundlers see them, resolve them to the copy that the clients use, and go on without when there is none.
  // @ts-expect-error The SDK is the application's, if it has one.
  // biome-ignore lint/correctness/noUndeclaredDependencies: as above.
  import('@smithy/core/client').then(traceModule, ignore);
  // @ts-expect-error The SDK is the application's, if it has one.
  // biome-ignore lint/correctness/noUndeclaredDependencies: as above.
  import('@smithy/smithy-client').then(traceModule, ignore);
  // What was loaded before this module, and then what the handler loads after it.
  searchLoaded();
  setImmediate(searchLoaded);
  let searches = 0;
  const onCreated = (message: unknown): void =>
    guard('aws-sdk', () => {
      if (!isMissed(message)) return;
      searchLoaded();
      searches += 1;
      if (searches <= MAX_SEARCHES) return;
      for (const name of CREATED) unsubscribe(name, onCreated);
      const what = 'a client of the AWS SDK sends requests, but the class that it is made of was not found';
      diagnose(
        'aws_sdk_not_found',
        what,
        'Give the client to traceClient(); its calls are traced from outside until then.',
      );
    });
  for (const name of CREATED) listenTo(name, onCreated);
}

/** Looks among the CommonJS modules that were loaded, whoever loaded them. */
function searchLoaded(): void {
  const { _cache: cache } = process.getBuiltinModule('node:module') as {
    _cache?: Record<string, { exports?: unknown }>;
  };
  for (const [path, module] of Object.entries(cache ?? {})) {
    if (SMITHY.test(path)) traceModule(module?.exports);
  }
}

/** Traces the base class that a module exports, if it exports one. */
function traceModule(module: unknown): void {
  guard('aws-sdk', () => {
    const { Client } = Object(module) as { readonly Client?: unknown };
    if (typeof Client === 'function') traceBase(Client.prototype);
  });
}

/** Whether a new request is one of the SDK's that no traced client made. */
function isMissed(message: unknown): boolean {
  const { request, headers } = message as {
    readonly request?: { getHeader(name: string): unknown };
    readonly headers?: Readonly<Record<string, unknown>>;
  };
  const agent = String(request?.getHeader('user-agent') ?? headers?.['user-agent']);
  const active = otelContext.active();
  return (
    agent.startsWith('aws-sdk-js/3') &&
    currentFrame() !== undefined &&
    active.getValue(OPERATION) === undefined &&
    !isSuppressed(active)
  );
}

function ignore(): void {}

traceSdk();
