import { HTTP_RESPONSE_BODY_SIZE, HTTP_RESPONSE_STATUS_CODE } from '../attributes.ts';
import { success } from '../outcome.ts';
import { known, object, text } from '../shape.ts';
import type { Outcome } from '../trigger.ts';

/**
 * Judges a proxy result as the gateway does that turns it into a response.
 *
 * @param malformed The status code that the caller gets for what is no proxy result.
 * @param infers Payload 2.0: a result without a status code is the body of a 200.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function judgeProxyResult(result: unknown, malformed: number, infers = false): Outcome {
  const proxy = object(result);
  if (infers && (proxy.statusCode ?? undefined) === undefined) return judgeStatus(200);
  return isProxyResult(proxy)
    ? judgeStatus(proxy.statusCode, bodySize(proxy))
    : {
        ...judgeStatus(malformed),
        message: 'The result is no proxy result: statusCode, headers or body is not valid.',
      };
}

/**
 * The outcome that a status code stands for: 5xx is a fault whose `error.type` is the code, 4xx is the caller's. What is
 * no status code says nothing.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#status
 */
export function judgeStatus(code: unknown, bodySizeBytes?: number): Outcome {
  if (!isStatusCode(code)) return success;
  const attributes = known({ [HTTP_RESPONSE_STATUS_CODE]: Number(code), [HTTP_RESPONSE_BODY_SIZE]: bodySizeBytes });
  return Number(code) >= 500 ? { fault: true, errorType: String(code), attributes } : { fault: false, attributes };
}

/** Bytes of a body that requests and results hold as text, base64 or not; `undefined` without one. */
export function bodySize({ body, isBase64Encoded }: { body?: unknown; isBase64Encoded?: unknown }): number | undefined {
  const content = text(body);
  const encoding = isBase64Encoded === true ? 'base64' : 'utf8';
  return content === undefined ? undefined : Buffer.byteLength(content, encoding);
}

/** Whether a value is a status code, as the gateways take it: `200`, or `'200'`. */
function isStatusCode(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'string') && /^[1-5]\d\d$/.test(String(value));
}

function isProxyResult({ statusCode, headers, body }: Record<string, unknown>): boolean {
  return (
    isStatusCode(statusCode) &&
    typeof (headers ?? {}) === 'object' &&
    !Array.isArray(headers) &&
    typeof (body ?? '') === 'string'
  );
}
