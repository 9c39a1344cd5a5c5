/** What an HTTP request looks like; the same options serve every HTTP trigger. */
export interface HttpEventOptions {
  /** `GET` by default. */
  method?: string | undefined;
  /** `/pets/7` by default. */
  path?: string | undefined;
  /**
   * The route or resource template: `/pets/{petId}`, the default as long as `path` is not given; else the path itself.
   * ALB and function URLs know no routes and ignore it.
   */
  route?: string | undefined;
  /** Values of the template's parameters: `{ petId: '7' }`, the default as long as neither path nor route is given. */
  pathParameters?: Readonly<Record<string, string>> | undefined;
  /** Added to the usual ones, over which they win; lower-cased where AWS does so. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Query parameters; a list repeats the parameter. */
  query?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Text as it is, bytes as base64, any other value as JSON with its content type. No body by default. */
  body?: unknown;
  /** W3C trace context of the caller, sent as the header `traceparent`. */
  traceparent?: string | undefined;
  /** The context that a Lambda authorizer returned; API Gateway alone has one, and the other builders ignore it. */
  authorizer?: Readonly<Record<string, unknown>> | undefined;
}

/** A request with every default filled in, for the builders to put into their shapes. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly route: string;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
  /** Names as a browser sends them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** Encoded as in a URL, without the question mark. */
  readonly queryText: string;
  readonly body: string | undefined;
  readonly isBase64Encoded: boolean;
}

/** The moment at which every HTTP request of the kit was made: 2026-01-01T00:00:00Z. */
export const REQUEST_TIME_MS = 1_767_225_600_000;

/** The same moment as API Gateway writes it. */
export const REQUEST_TIME_TEXT = '01/Jan/2026:00:00:00 +0000';

/** The caller of every HTTP request of the kit. */
export const SOURCE_IP = '203.0.113.7';

/** The user agent of every HTTP request of the kit, unless its headers say otherwise. */
export const USER_AGENT = 'tracelet-testing/1.0';

/** Fills in the defaults of a request. */
export function makeRequest(options: HttpEventOptions, host: string): HttpRequest {
  const isDefault = options.path === undefined && options.route === undefined;
  const path = options.path ?? '/pets/7';
  const query = Object.fromEntries(
    Object.entries(options.query ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? [value] : [...value],
    ]),
  );
  const { body, isBase64Encoded, contentType } = encodeBody(options.body);
  return {
    method: options.method ?? 'GET',
    path,
    route: options.route ?? (isDefault ? '/pets/{petId}' : path),
    pathParameters: options.pathParameters ?? (isDefault ? { petId: '7' } : undefined),
    headers: mergeHeaders(
      {
        Accept: '*/*',
        Host: host,
        'User-Agent': USER_AGENT,
        'X-Amzn-Trace-Id': 'Root=1-6955b900-1a2b3c4d5e6f708192a3b4c5',
        'X-Forwarded-For': SOURCE_IP,
        'X-Forwarded-Port': '443',
        'X-Forwarded-Proto': 'https',
        ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
        ...(options.traceparent === undefined ? {} : { traceparent: options.traceparent }),
      },
      options.headers ?? {},
    ),
    query,
    queryText: Object.entries(query)
      .flatMap(([name, values]) => values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`))
      .join('&'),
    body,
    isBase64Encoded,
  };
}

/** The headers with their names in lower case. */
export function lowerCaseNames(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function encodeBody(body: unknown): {
  body: string | undefined;
  isBase64Encoded: boolean;
  contentType: string | undefined;
} {
  if (body === undefined || body === null) return { body: undefined, isBase64Encoded: false, contentType: undefined };
  if (typeof body === 'string') return { body, isBase64Encoded: false, contentType: undefined };
  if (body instanceof Uint8Array) {
    return {
      body: Buffer.from(body).toString('base64'),
      isBase64Encoded: true,
      contentType: 'application/octet-stream',
    };
  }
  return { body: JSON.stringify(body), isBase64Encoded: false, contentType: 'application/json' };
}

function mergeHeaders(usual: Record<string, string>, own: Readonly<Record<string, string>>): Record<string, string> {
  const ownNames = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  const kept = Object.entries(usual).filter(([name]) => !ownNames.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...own };
}
