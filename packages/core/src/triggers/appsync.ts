import { type Deep, object } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { asCarrier } from './http.ts';
import { defineSource } from './source.ts';

/**
 * AppSync resolver: a Lambda data source without templates, one event or a batch of them, and Amplify's functions. Its
 * operation is type and field, such as `Query.getPost`.
 *
 * @carrier headers of the GraphQL request; a batch is one request
 * @see https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html
 */
export const appsync: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'appsync',
  kind: 'http',
  matches: (event) => operationOf(event),
  facts: (event) => ({ operation: operationOf(event) }),
  carrier: (event) => asCarrier(first(event).request?.headers),
});

function operationOf(event: Deep): string | undefined {
  const { info, ...amplify } = first(event);
  const { parentTypeName = amplify.typeName, fieldName } = info ?? amplify;
  return parentTypeName && fieldName && `${parentTypeName}.${fieldName}`;
}

function first(event: Deep): Deep {
  return object(Array.isArray(event) ? event[0] : event) as Deep;
}
