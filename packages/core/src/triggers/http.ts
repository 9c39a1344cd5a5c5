import type { Attributes } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import {
  CLIENT_ADDRESS,
  HTTP_REQUEST_BODY_SIZE,
  HTTP_REQUEST_METHOD,
  HTTP_REQUEST_METHOD_ORIGINAL,
  HTTP_ROUTE,
  NETWORK_PROTOCOL_VERSION,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_PATH,
  URL_QUERY,
  URL_SCHEME,
  USER_AGENT_ORIGINAL,
} from '../attributes.ts';
import { carrierGetter } from '../carrier.ts';
import { redactQuery } from '../redact-query.ts';
import { type Deep, object, text } from '../shape.ts';
import type { Carrier, Outcome, SpanPlan, Trigger } from '../trigger.ts';
import { bodySize } from './http-result.ts';
import { type SourceFacts, sourceAttributes } from './source.ts';

/** What sets an HTTP source apart. */
export interface HttpSource<R> {
  readonly id: string;
  matches(event: Deep): unknown;
  request(event: Deep): HttpRequest;
  /** What the event says of its source. */
  facts?(event: Deep, context: Context): SourceFacts;
  /** Default: the event's `headers`, or its `multiValueHeaders`. */
  headers?(event: Deep): Carrier;
  judge(result: R, event: Deep): Outcome;
}

/** What an HTTP source knows of a request beside its headers. */
export interface HttpRequest {
  readonly method: unknown;
  readonly path: unknown;
  /** Route template such as `/pets/{petId}`; never the raw path. */
  readonly route?: unknown;
  /** The query string, without its question mark. */
  readonly query?: unknown;
  readonly clientAddress?: unknown;
  readonly userAgent?: unknown;
  /** As API Gateway writes it: `HTTP/1.1`. */
  readonly protocol?: unknown;
  readonly host?: unknown;
}

/** Declares an HTTP source. */
export function defineHttpSource<E, R>({
  matches,
  request,
  facts,
  headers = headersOf,
  ...source
}: HttpSource<R>): Trigger<E, R> {
  const trigger: Trigger<Deep, R> = {
    ...source,
    kind: 'http',
    matches: (event) => Boolean(matches(event as Deep)),
    plan: (event, context) => planHttp(request(event), headers(event), event, facts?.(event, context)),
    carrier: (event) => [headers(event), ...handedOver(event)],
  };
  return trigger as unknown as Trigger<E, R>;
}

/** The headers of an event. API Gateway's REST API sends both kinds, a load balancer one of them. */
export function headersOf({ headers, multiValueHeaders }: Deep): Carrier {
  return asCarrier(headers ?? multiValueHeaders);
}

/**
 * The context that a Lambda authorizer returned, as a carrier; none when API Gateway took it from its cache, because
 * then it belongs to another request. A REST API tells by the latency, an HTTP API by a request id that is handed over.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function handedOver({ requestContext }: Deep): readonly Carrier[] {
  const authorizer = requestContext?.authorizer;
  const { integrationLatency, requestId = requestContext?.requestId } = object(authorizer?.lambda ?? authorizer);
  const isCached = integrationLatency === 0 || requestId !== requestContext?.requestId;
  return authorizer && !isCached ? [asCarrier(authorizer.lambda ?? authorizer)] : [];
}

/** What API Gateway knows of the client, for spans that have no other HTTP attributes. */
export function clientAttributes(client: Deep | undefined): Attributes {
  return { [CLIENT_ADDRESS]: text(client?.sourceIp), [USER_AGENT_ORIGINAL]: text(client?.userAgent) };
}

/** A foreign object as a carrier, which looks at strings alone. */
export function asCarrier(value: unknown): Carrier {
  return object(value) as Carrier;
}

/** A query string from parameters by name, each a value or a list of values, which the source has decoded or not. */
export function queryOf(parameters: unknown, encode: (value: string) => string = encodeURIComponent): string {
  const pairs = Object.entries(object(parameters));
  const pair = (name: string, value: unknown): string => `${encode(name)}=${encode(String(value))}`;
  return pairs.flatMap(([name, values]) => [values].flat().map((value) => pair(name, value))).join('&');
}

/** ARN of an API's stage. Region and partition are the function's own: API Gateway calls no further. */
export function apiArn({ accountId, apiId, stage }: Deep, { invokedFunctionArn }: Context): string | undefined {
  const [arn, partition, , region] = text(invokedFunctionArn)?.split(':') ?? [];
  return region && apiId && `${arn}:${partition}:execute-api:${region}:${accountId}:${apiId}/${stage}`;
}

const METHODS = /^(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|QUERY)$/i;
const HOST = /^(.+?)(?::(\d{1,5}))?$/;

/**
 * Plans the span of an HTTP invocation: `{method} {route}`, or the method alone where there is no template.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#name
 */
function planHttp(request: HttpRequest, headers: Carrier, event: Deep, facts: SourceFacts | undefined): SpanPlan {
  const header = (name: string): string | undefined => text(carrierGetter.get(headers, name));
  const first = (name: string): string | undefined => header(name)?.split(',')[0]?.trim();
  const original = text(request.method) ?? '';
  const method = METHODS.test(original) ? original.toUpperCase() : undefined;
  // A greedy root says nothing about the route.
  const route = request.route === '/{proxy+}' ? undefined : text(request.route);
  const query = text(request.query);
  // A Host header ends with the port, unless it is the scheme's own.
  const [, address, port] = HOST.exec(text(request.host) ?? header('host') ?? '') ?? [];
  const attributes = {
    [HTTP_REQUEST_METHOD]: method ?? '_OTHER',
    [HTTP_REQUEST_METHOD_ORIGINAL]: original === method ? undefined : text(original),
    [HTTP_ROUTE]: route,
    [HTTP_REQUEST_BODY_SIZE]: bodySize(event),
    [URL_PATH]: text(request.path)?.split('?')[0],
    [URL_QUERY]: query && redactQuery(`?${query}`).slice(1),
    [URL_SCHEME]: first('x-forwarded-proto') ?? 'https',
    [SERVER_ADDRESS]: address,
    [SERVER_PORT]: port && Number(port),
    [CLIENT_ADDRESS]: text(request.clientAddress) ?? first('x-forwarded-for'),
    [USER_AGENT_ORIGINAL]: text(request.userAgent) ?? header('user-agent'),
    [NETWORK_PROTOCOL_VERSION]: text(request.protocol)?.replace(/^HTTP\//i, ''),
  };
  const name = [method ?? 'HTTP', route].filter(Boolean).join(' ');
  return { name, attributes: sourceAttributes({ ...facts, attributes }) };
}
