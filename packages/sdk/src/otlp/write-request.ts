import type { RequestOptions } from 'node:http';

// What Node's own client takes: https://www.rfc-editor.org/rfc/rfc9110#name-fields
const TOKEN = /^[!#$%&'*+.^_`|~\da-z-]+$/i;
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * Writes an HTTP/1.1 request down as Node's client would, in one piece for one packet, with the length of its body. Of
 * headers whose names differ in case alone the last counts.
 *
 * @param headers Never changed once they have been given: what comes of them is kept, which saves 6 us a request.
 * @throws TypeError for headers that HTTP does not allow.
 */
export function writeRequest(
  address: RequestOptions,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): Buffer {
  let start = starts.get(headers);
  if (start?.address !== address) {
    start = { address, text: startOf(address, headers) };
    starts.set(headers, start);
  }
  const head = `${start.text}content-length: ${body.length}\r\n\r\n`;
  const request = Buffer.allocUnsafe(head.length + body.length);
  request.write(head, 'latin1');
  request.set(body, head.length);
  return request;
}

const starts = new WeakMap<object, { readonly address: RequestOptions; readonly text: string }>();

function startOf(
  { auth, hostname, method, path, port }: RequestOptions,
  headers: Readonly<Record<string, string>>,
): string {
  const lines = new Map<string, string>();
  const suffix = Number(port || 80) === 80 ? '' : `:${port}`;
  lines.set('host', `host: ${hostname?.includes(':') ? `[${hostname}]` : hostname}${suffix}`);
  lines.set('connection', 'connection: keep-alive');
  if (auth) lines.set('authorization', `authorization: Basic ${Buffer.from(auth).toString('base64')}`);
  for (const name in headers) {
    const value = headers[name] as string;
    if (!TOKEN.test(name)) throw new TypeError(`Header name must be a valid HTTP token ["${name}"]`);
    if (FORBIDDEN.test(value)) throw new TypeError(`Invalid character in header content ["${name}"]`);
    lines.set(name.toLowerCase(), `${name}: ${value}`);
  }
  lines.delete('content-length');
  return `${method} ${path} HTTP/1.1\r\n${[...lines.values(), ''].join('\r\n')}`;
}
