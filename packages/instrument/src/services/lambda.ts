import { ERROR_TYPE, FAAS_INVOKED_NAME, FAAS_INVOKED_PROVIDER } from '../attributes.ts';
import { type AwsService, known, shapeOf, textOf } from './aws-service.ts';

// Of the encoded context: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
const MAX_CLIENT_CONTEXT_BYTES = 3583;

/**
 * Lambda: the context goes into the `custom` object of the client context, which Lambda hands to functions that are
 * invoked synchronously.
 */
export const lambda: AwsService = {
  describe: (operation, { FunctionName }) =>
    operation.startsWith('Invoke') && typeof FunctionName === 'string'
      ? {
          [FAAS_INVOKED_NAME]: /:function:([^:]+)/.exec(FunctionName)?.[1] ?? FunctionName,
          [FAAS_INVOKED_PROVIDER]: 'aws',
        }
      : {},
  // The call itself went well; the function that was called did not.
  result: (_, { FunctionError }) => known({ [ERROR_TYPE]: textOf(FunctionError) }),
  inject(operation, input, carried) {
    const { ClientContext } = input;
    if (operation !== 'Invoke' && operation !== 'InvokeWithResponseStream') return input;
    const given = ClientContext === undefined ? {} : decode(ClientContext);
    const custom = shapeOf(given?.custom);
    if (given === undefined || 'traceparent' in custom) return input;
    const fresh = carried.filter(([name]) => !(name in custom));
    // The context first: with less room it goes without baggage and vendors' state.
    for (let count = fresh.length; count > 0; count--) {
      const added = Object.fromEntries(fresh.slice(0, count));
      const encoded = Buffer.from(JSON.stringify({ ...given, custom: { ...custom, ...added } })).toString('base64');
      if (encoded.length <= MAX_CLIENT_CONTEXT_BYTES) return { ...input, ClientContext: encoded };
    }
    return input;
  },
};

/** The client context that the caller gave; nothing where it is none that can be added to. */
function decode(clientContext: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(String(clientContext), 'base64').toString());
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
