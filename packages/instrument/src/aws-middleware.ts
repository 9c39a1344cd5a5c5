import {
  type Attributes,
  createContextKey,
  context as otelContext,
  SpanKind,
  SpanStatusCode,
} from '@opentelemetry/api';
import { currentFrame, type Frame, makeHost, outgoingXray, survive, XRAY_HEADER } from '@tracelet/core';
import {
  CLOUD_REGION,
  ERROR_TYPE,
  FAAS_INVOKED_NAME,
  FAAS_INVOKED_REGION,
  MESSAGING_OPERATION_TYPE,
  RPC_METHOD,
} from './attributes.ts';
import { type AwsOperation, OPERATION, openOperation } from './aws-operation.ts';
import { describeOperation, describeResource } from './aws-wire.ts';
import { codeOf, failureOf, writeError } from './failure.ts';
import { mayReceive } from './propagation.ts';
import { type AwsService, type Carried, type Shape, shapeOf } from './services/aws-service.ts';
import { services } from './services/services.ts';

/** A service whose messages carry the context only on request. */
export type Carrier = 'kinesis' | 'firehose' | 's3' | 'dynamodb';

/** What a client of the AWS SDK for JavaScript v3 is, as far as it counts here. */
export interface SmithyClient {
  readonly config: unknown;
  readonly middlewareStack: MiddlewareStack;
}

/** The part of a client's middleware stack that is used. */
export interface MiddlewareStack {
  add(middleware: unknown, options: object): void;
}

/** Set while a client's `send` runs: a stack that is resolved without it (to sign a URL, say) makes no span. */
export const SENDING: symbol = /* @__PURE__ */ createContextKey('tracelet AWS client sends');

type Next = (args: { readonly input?: unknown; readonly request?: unknown }) => Promise<{ readonly output?: unknown }>;

interface HandlerContext {
  /** `SQSClient`; a text in the SDK's code, which no minifier changes. */
  readonly clientName?: unknown;
  /** `SendMessageCommand`. */
  readonly commandName?: unknown;
}

/** What all copies of this module in a process share. */
interface State {
  readonly carriers: Set<string>;
  /** Stacks that have our middleware. */
  readonly stacks: WeakSet<MiddlewareStack>;
}

const STATE = Symbol.for('tracelet.aws-sdk.v1');
const CARRIED = ['traceparent', 'tracestate', 'baggage'] as const;

/** Lets the messages of more services carry the context. */
export function carryThrough(carriers: readonly Carrier[]): void {
  for (const each of carriers) state().carriers.add(each);
}

/** Adds our middleware to a client, once; tells whether it has it now. */
export function prepare(client: SmithyClient): boolean {
  return survive(
    'aws_client_failed',
    'Tracing a client of the AWS SDK',
    () => {
      if (!isClient(client)) return false;
      const { middlewareStack } = client;
      const { stacks } = state();
      if (stacks.has(middlewareStack)) return true;
      const { serviceId } = shapeOf(client.config) as { readonly serviceId?: unknown };
      const name = typeof serviceId === 'string' ? serviceId : undefined;
      middlewareStack.add((next: Next, context: HandlerContext) => operationMiddleware(next, context, client, name), {
        step: 'initialize',
        priority: 'low',
        name: 'traceletOperation',
        override: true,
      });
      middlewareStack.add(attemptMiddleware, {
        step: 'finalizeRequest',
        priority: 'low',
        name: 'traceletAttempt',
        override: true,
      });
      stacks.add(middlewareStack);
      return true;
    },
    false,
  );
}

/** Whether a value is a client of the AWS SDK v3. */
export function isClient(value: unknown): value is SmithyClient {
  const { middlewareStack } = shapeOf(value);
  return typeof shapeOf(middlewareStack).add === 'function';
}

/** One span around an operation, whatever its attempts; the last to see the input before it is written down. */
function operationMiddleware(
  next: Next,
  context: HandlerContext,
  client: SmithyClient,
  serviceId: string | undefined,
): Next {
  const operation = String(context.commandName).replace(/Command$/, '');
  const name = serviceId ?? String(context.clientName).replace(/Client$/, '');
  const service = name.toLowerCase().replaceAll(' ', '_');
  const traits = services[service];
  return async (args) => {
    const active = otelContext.active();
    const frame = currentFrame();
    if (active.getValue(SENDING) !== true || frame === undefined) return next(args);
    const input = shapeOf(args.input);
    const region = await regionOf(client);
    const opened = survive('aws_client_failed', 'Tracing a client of the AWS SDK', () =>
      open(
        frame,
        `${name}.${operation}`,
        describe(name, service, operation, traits, input, region),
        traits,
        operation,
        input,
      ),
    );
    if (opened === undefined) return next(args);
    const { aws, injected } = opened;
    const inner = aws.context.setValue(SENDING, false).setValue(OPERATION, aws);
    const passed = injected === input ? args : { ...args, input: injected };
    try {
      const result = await otelContext.with(inner, () => next(passed));
      const add = (): Attributes | undefined => traits?.result?.(operation, shapeOf(result?.output), input);
      end(aws, survive('aws_client_failed', 'Reading an output of the AWS SDK', add));
      return result;
    } catch (error) {
      fail(aws, error);
      throw error;
    }
  };
}

/** Runs for each attempt, after signing: learns the SDK's id, and sets what may change without spoiling the signature. */
function attemptMiddleware(next: Next): Next {
  return (args) => {
    const aws = otelContext.active().getValue(OPERATION) as AwsOperation | undefined;
    if (aws?.owned)
      survive('aws_client_failed', 'Tracing a client of the AWS SDK', () => markAttempt(aws, args.request));
    return next(args);
  };
}

function markAttempt(aws: AwsOperation, request: unknown): void {
  const { headers, hostname } = shapeOf(request) as { headers?: Record<string, string>; hostname?: string };
  if (headers === undefined) return;
  aws.id = headers['amz-sdk-invocation-id'];
  const invocation = currentFrame()?.invocation;
  if (invocation === undefined || !mayReceive(String(hostname))) return;
  const name = Object.keys(headers).find((each) => each.toLowerCase() === XRAY_HEADER) ?? 'X-Amzn-Trace-Id';
  const { context, pipeline } = invocation;
  const xray = outgoingXray(pipeline.xray, context, aws.span.spanContext(), headers[name]);
  if (xray !== undefined) headers[name] = xray;
}

function describe(
  name: string,
  service: string,
  operation: string,
  traits: AwsService | undefined,
  input: Shape,
  region: string | undefined,
): Attributes {
  const attributes = describeOperation(service, operation);
  attributes[RPC_METHOD] = `${name}/${operation}`;
  if (region !== undefined) attributes[CLOUD_REGION] = region;
  for (const [key, value] of Object.entries(input)) {
    if (typeof value === 'string') Object.assign(attributes, describeResource(key, value));
  }
  Object.assign(attributes, traits?.describe?.(operation, input));
  if (region !== undefined && FAAS_INVOKED_NAME in attributes) attributes[FAAS_INVOKED_REGION] = region;
  return attributes;
}

function open(
  frame: Frame,
  name: string,
  attributes: Attributes,
  traits: AwsService | undefined,
  operation: string,
  input: Shape,
): { readonly aws: AwsOperation; readonly injected: Shape } | undefined {
  const service = Object.keys(services).find((each) => services[each] === traits);
  const inject = traits?.optIn && !state().carriers.has(String(service)) ? undefined : traits?.inject;
  // The message's context is this span's: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/#span-kind
  const isProducer = inject !== undefined && attributes[MESSAGING_OPERATION_TYPE] === 'send';
  const host = makeHost(frame.invocation.pipeline.tracer);
  const started = host.start({ name, kind: isProducer ? SpanKind.PRODUCER : SpanKind.CLIENT, attributes });
  if (started === undefined) return undefined;
  const aws = openOperation(started.span, started.context, true);
  const headers = host.inject(started);
  const carried: Carried = CARRIED.flatMap((header) => {
    const value = headers[header];
    return value === undefined ? [] : [[header, value] as const];
  });
  const injected = survive('aws_carrier_failed', `Adding the trace context to ${name}`, () =>
    carried.length === 0 ? input : inject?.(operation, input, carried),
  );
  return { aws, injected: injected ?? input };
}

function end({ span }: AwsOperation, attributes: Attributes | undefined): void {
  if (attributes !== undefined) span.setAttributes(attributes);
  // What the service reports of a call that went well for the SDK: a function that failed.
  if (attributes?.[ERROR_TYPE] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function fail({ span }: AwsOperation, error: unknown): void {
  // The caller's own wish is no error.
  const failure = failureOf(error, false, false);
  // The SDK calls a reset connection a TimeoutError; its code knows better.
  if (failure !== undefined) writeError(span, { error, timedOut: failure.timedOut && codeOf(error) === undefined });
  span.end();
}

/** The client's region, as it is configured: a text or a function that gives one. */
async function regionOf({ config }: SmithyClient): Promise<string | undefined> {
  try {
    const { region } = shapeOf(config) as { readonly region?: unknown };
    const value: unknown = typeof region === 'function' ? await region() : region;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function state(): State {
  const scope = globalThis as { [STATE]?: State };
  scope[STATE] ??= { carriers: new Set(), stacks: new WeakSet() };
  return scope[STATE];
}
