import { channel } from 'node:diagnostics_channel';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { currentFrame, outgoingXray, type Plugin, type StartedSpan, subscribe, XRAY_HEADER } from '@tracelet/core';
import {
  CONNECTION_REUSED,
  ERROR_TYPE,
  HTTP_REQUEST_METHOD_ORIGINAL,
  HTTP_REQUEST_RESEND_COUNT,
  HTTP_RESPONSE_STATUS_CODE,
} from './attributes.ts';
import { awsCalls } from './aws-calls.ts';
import { readAws } from './aws-wire.ts';
import { type Failure, writeError } from './failure.ts';
import type { CallEvents, Head, HttpCall, HttpClient } from './http-client.ts';
import { describe, knownMethods, type Target, urlOf } from './http-target.ts';
import { guarded, listen } from './listen.ts';
import { type PropagationOptions, permissionFor, sharePermission } from './propagation.ts';

type Emitter = { on(event: string, handler: (this: never) => void): unknown };

// Far more than any chain of redirects; what is left in there was never followed.
const MAX_REDIRECTS = 100;

/**
 * The plugin that traces the calls of one HTTP client, and sends the context along where headers can still be added.
 * Spans are made inside invocations only, and never for the Lambda Runtime API.
 */
export function httpPlugin<R, M>(name: string, options: PropagationOptions, client: HttpClient<R, M>): Plugin {
  return {
    name,
    setup(host) {
      // Not a map, whose hashes cost 2.6 us a call where few are under way. Every request ends, and leaves this list then.
      const open: HttpCall<R>[] = [];
      const callOf = (request: R): HttpCall<R> | undefined => open.findLast((call) => call.request === request);
      const redirects = new Map<string, number>();
      const aws = awsCalls(host);
      const permission = permissionFor(options);
      sharePermission(permission);
      const known = knownMethods();
      const [apiHost, apiPort] = (process.env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
      const calls = channel('tracelet:call');
      const end = (call: HttpCall<R>, failure?: Failure, timeMs?: number): void => {
        const at = open.indexOf(call);
        if (at < 0) return;
        open.splice(at, 1);
        if (call.aws !== undefined) {
          aws.end(call, call.aws, failure, timeMs);
          return;
        }
        try {
          if (failure !== undefined) writeError(call.span, failure);
        } finally {
          call.span.end(timeMs);
        }
      };
      const head = (call: HttpCall<R>, { statusCode, get, peek, reused, response }: Head): void => {
        const { span } = call;
        // Rounded up: a span that ends before it started would be refused.
        call.headAtMs = Date.now() + 1;
        call.statusCode = statusCode;
        call.response = response;
        span.setAttribute(HTTP_RESPONSE_STATUS_CODE, statusCode);
        if (reused !== undefined) span.setAttribute(CONNECTION_REUSED, reused);
        if (call.aws !== undefined) {
          aws.head(call.aws, statusCode, get, peek);
        } else if (statusCode >= 400) {
          span.setAttribute(ERROR_TYPE, String(statusCode));
          span.setStatus({ code: SpanStatusCode.ERROR });
        } else if (statusCode >= 300) {
          const location = get('location');
          if (location === undefined) return;
          if (redirects.size >= MAX_REDIRECTS) redirects.clear();
          redirects.set(new URL(location, urlOf(call.target)).href, call.resendCount + 1);
        }
      };
      /** How often the request was sent already, by other addresses. */
      const resendCountOf = (target: Target): number => {
        if (redirects.size === 0) return 0;
        const url = urlOf(target);
        const count = redirects.get(url) ?? 0;
        redirects.delete(url);
        return count;
      };
      const startPlain = (target: Target, resendCount: number): StartedSpan | undefined => {
        const attributes = describe(target, known);
        if (resendCount > 0) attributes[HTTP_REQUEST_RESEND_COUNT] = resendCount;
        const spanName = HTTP_REQUEST_METHOD_ORIGINAL in attributes ? 'HTTP' : target.method;
        return host.start({ name: spanName, kind: SpanKind.CLIENT, attributes });
      };
      const on: CallEvents<R> = { head, end };
      // One of each for all calls: closures of a call's own cost it 1 us.
      const handlers = Object.entries(client.events ?? {}).map(([event, react]) => {
        const handle = guarded(event, (request: R): void => {
          const call = callOf(request);
          if (call !== undefined) react(call, on);
        });
        return [
          event,
          function (this: R) {
            handle(this);
          },
        ] as const;
      });
      const begin = (message: M): void => {
        const frame = currentFrame();
        if (frame === undefined) return;
        const request = client.requestOf(message);
        const target = client.targetOf(request);
        if (target === undefined || (target.host === apiHost && target.port === Number(apiPort))) return;
        const { invocation } = frame;
        const get = (header: string): string | undefined => client.get(request, header);
        const facts = readAws(get, target);
        const operation = facts && aws.begin(facts, target, (read) => client.peekBody?.(request, read));
        const resendCount = facts === undefined ? resendCountOf(target) : 0;
        const started = facts === undefined ? startPlain(target, resendCount) : operation;
        if (started === undefined) return;
        const call: HttpCall<R> = {
          request,
          span: started.span,
          target,
          requestId: invocation.requestId,
          aws: operation,
          resendCount,
          headAtMs: undefined,
          statusCode: undefined,
          response: undefined,
          timedOut: false,
        };
        open.push(call);
        for (const [event, handler] of handlers) (request as Emitter).on(event, handler);
        if (calls.hasSubscribers) calls.publish({ client: name, request, span: call.span });
        const { context, baggage, isAws } = permission(target.host);
        if (!context || !client.isOpen(request)) return;
        if (isAws || facts !== undefined) {
          const { context: lambdaContext, pipeline } = invocation;
          const xray = outgoingXray(pipeline.xray, lambdaContext, call.span.spanContext(), get(XRAY_HEADER));
          if (xray !== undefined) client.replace(request, 'X-Amzn-Trace-Id', xray);
        }
        addHeaders(client, request, host.inject(started), baggage);
      };
      const disposers = [
        subscribe('tracelet:invocation', ({ requestId }) => {
          for (const call of [...open]) {
            const { headAtMs } = call;
            // Nobody reads the rest of this response: what is known of the call ended with its head.
            if (headAtMs !== undefined && call.requestId === requestId)
              end(call, undefined, call.response?.complete ? undefined : headAtMs);
          }
          aws.finish((own) => own === requestId);
        }),
        listen(client.created, begin),
        ...Object.entries(client.channels).map(([event, react]) =>
          listen<M>(event, (message) => {
            const call = callOf(client.requestOf(message));
            if (call !== undefined) react(call, message, on);
          }),
        ),
      ];
      return () => {
        for (const dispose of disposers) dispose();
        for (const call of [...open]) end(call);
        aws.finish(() => true);
      };
    },
  };
}

/** Adds what the caller has not set. With a trace context of the caller's own, ours stays away altogether. */
function addHeaders<R, M>(
  client: HttpClient<R, M>,
  request: R,
  carrier: Readonly<Record<string, string>>,
  baggage: boolean,
): void {
  if (client.get(request, 'traceparent') !== undefined) return;
  for (const name in carrier) {
    const value = carrier[name] as string;
    // What was asked for above is not there.
    const isFree = name === 'traceparent' || client.get(request, name) === undefined;
    if (isFree && (baggage || name !== 'baggage')) client.set(request, name, value);
  }
}
