import { defineLambda, type Lambda } from '@tracelet/lambda';
import { foreignHeaders } from '@tracelet/lambda/foreign-headers';

/** The `lambda` of the functions that anybody may call. */
export const lambda: Lambda = defineLambda({
  trustRemote: { http: 'link' },
  propagators: [foreignHeaders(['datadog', 'sentry'])],
});
