import type { AppSyncResolverEvent } from 'aws-lambda';

import { SOURCE_IP, USER_AGENT } from './http-request.ts';

/** Options of {@link appsync}. */
export interface AppsyncEventOptions<A, S> {
  /** Type and field, `Query.getPet` by default. */
  field?: string | undefined;
  /** Arguments of the field, `{ id: '7' }` by default. */
  arguments?: A | undefined;
  /** The parent object of a field inside another one; `null` by default. */
  source?: S | undefined;
  /** Headers of the GraphQL request, in lower case; added to the usual ones. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** W3C trace context of the caller, sent as the header `traceparent`. */
  traceparent?: string | undefined;
}

/**
 * An event of an AppSync resolver without templates. A batch is a list of them.
 *
 * @see https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html
 */
export function appsync<A = Record<string, unknown>, S extends Record<string, unknown> | null = null>(
  options: AppsyncEventOptions<A, S> = {},
): AppSyncResolverEvent<A, S> {
  const { field = 'Query.getPet', source = null } = options;
  const [parentTypeName = '', fieldName = ''] = field.split('.');
  return {
    arguments: options.arguments ?? ({ id: '7' } as A),
    identity: null,
    source: source as S,
    request: {
      headers: {
        accept: '*/*',
        'content-type': 'application/json',
        host: 'abcdefghijklmnopqrstuvwxyz.appsync-api.eu-west-1.amazonaws.com',
        'user-agent': USER_AGENT,
        'x-amzn-trace-id': 'Root=1-6955b900-1a2b3c4d5e6f708192a3b4c5',
        'x-forwarded-for': SOURCE_IP,
        'x-forwarded-port': '443',
        'x-forwarded-proto': 'https',
        ...(options.traceparent === undefined ? {} : { traceparent: options.traceparent }),
        ...options.headers,
      },
      domainName: null,
    },
    prev: null,
    info: {
      selectionSetList: ['id', 'name'],
      selectionSetGraphQL: '{\n  id\n  name\n}',
      parentTypeName,
      fieldName,
      variables: {},
    },
    stash: {},
  };
}
