import { SpanKind } from '@opentelemetry/api';
import type { Plugin } from '@tracelet/core';
import { HTTP_RESPONSE_STATUS_CODE, HTTP_ROUTE } from '../attributes.ts';
import { fromTracingChannel } from '../tracing-channel.ts';

interface Message {
  readonly async?: boolean;
  readonly route?: { readonly url?: string; readonly method?: string | readonly string[] };
  readonly request?: { readonly method?: string };
  readonly reply?: { readonly statusCode?: number };
}

/**
 * A span per handler of a `fastify` route, inside the invocation's: what the handler calls is below it. From the tracing
 * channel that fastify 5 publishes itself. Works bundled and in ES modules.
 *
 * @see https://fastify.dev/docs/latest/Reference/Hooks/#diagnostics-channel-hooks
 */
export function fastify(): Plugin {
  return fromTracingChannel<Message>('fastify.request.handler', {
    name: ({ request, route }) => `${request?.method ?? 'HTTP'} ${route?.url ?? ''}`.trim(),
    kind: SpanKind.INTERNAL,
    attributes: ({ route }) => (route?.url === undefined ? {} : { [HTTP_ROUTE]: route.url }),
    result: ({ reply }) => (reply?.statusCode === undefined ? {} : { [HTTP_RESPONSE_STATUS_CODE]: reply.statusCode }),
    isOver: (message) => message.async !== true,
  });
}
