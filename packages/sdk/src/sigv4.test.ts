import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { post } from './otlp/post.ts';
import { openTarget } from './otlp/target.ts';
import { sigv4 } from './sigv4.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
  vi.stubEnv('AWS_SESSION_TOKEN', 'a/session/token');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
});
afterEach(() => vi.unstubAllEnvs());

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Signs anew what the server has received, by the letter of AWS's documentation. */
function signatureOf({ body, headers, path }: Received): string {
  const [, scope = '', names = ''] =
    /Credential=AKIDEXAMPLE\/(\S+), SignedHeaders=(\S+),/.exec(String(headers.authorization)) ?? [];
  const hash = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
  const [pathname = '', query = ''] = path.split('?');
  const lines = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = ['POST', pathname, query, lines.join(''), names, hash(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<string | Buffer>((k, part) => createHmac('sha256', k).update(part).digest(), `AWS4${SECRET}`);
  return createHmac('sha256', key).update(toSign).digest('hex');
}

/** Posts one body to a local server. */
async function send(options: Parameters<typeof sigv4>[0], compression: 'none' | 'gzip', body: Buffer, query = '') {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces${query}`;
  const target = openTarget({ url, encoding: 'protobuf', compression, sign: sigv4(options) });
  const result = await post(target, body, 1000);
  server.close();
  return { result, received };
}

describe('sigv4', () => {
  it('signs the bytes on the wire, so that AWS comes to the same signature', async () => {
    for (const compression of ['none', 'gzip'] as const) {
      const body = Buffer.alloc(5000, 'spans');
      const { received, result } = await send({}, compression, body, '?a=1&b=two');
      expect(result).toMatchObject({ status: 'acknowledged' });
      const [request] = received as [Received];
      expect(compression === 'gzip' ? gunzipSync(request.body) : request.body).toEqual(body);
      expect(request.headers.authorization).toMatch(/\/\d{8}\/eu-west-1\/xray\/aws4_request, SignedHeaders=/);
      expect(request.headers.authorization).toMatch(new RegExp(`Signature=${signatureOf(request)}$`));
      expect(request.headers.authorization).toContain('content-type;');
      expect(request.headers['x-amz-security-token']).toBe('a/session/token');
    }
  });

  it('takes service and region from the host', async () => {
    const request = {
      method: 'POST',
      url: 'https://logs.us-gov-east-1.amazonaws.com/v1/logs',
      headers: {},
      body: Buffer.from(''),
    } as const;
    expect((await sigv4()(request)).authorization).toContain('/us-gov-east-1/logs/aws4_request');
    const told = await sigv4({ service: 'otlp', region: 'eu-north-1' })(request);
    expect(told.authorization).toContain('/eu-north-1/otlp/aws4_request');
  });

  it('asks for credentials each time', async () => {
    let count = 0;
    const credentials = async () => ({ accessKeyId: `KEY${++count}`, secretAccessKey: SECRET });
    const first = await send({ credentials }, 'none', Buffer.from('x'));
    expect(first.received[0]?.headers.authorization).toContain('Credential=KEY1/');
    expect(first.received[0]?.headers).not.toHaveProperty('x-amz-security-token');
  });

  it('keeps the telemetry and says why when there is nothing to sign with', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', '');
    const { received, result } = await send({}, 'none', Buffer.from('x'));
    expect(received).toEqual([]);
    expect(result).toMatchObject({ status: 'retryable', reason: 'headers' });
    expect(result).toHaveProperty('message', expect.stringContaining('AWS_SECRET_ACCESS_KEY are not set'));
    vi.stubEnv('AWS_REGION', undefined);
    expect((await send({}, 'none', Buffer.from('x'))).result).toHaveProperty(
      'message',
      expect.stringContaining('region'),
    );
  });
});
