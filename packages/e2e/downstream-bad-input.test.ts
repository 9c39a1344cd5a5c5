import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { defaultIntegrations, lambda } from '@tracelet/lambda';
import { traceClient } from '@tracelet/lambda/aws-sdk';
import { harness, type Run } from '@tracelet/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installs, isInstalled } from './clients.ts';

/** A client of the SDK and its commands, of which there are no types in the workspace. */
type Client = { send(command: object, ...rest: readonly unknown[]): Promise<Record<string, unknown>>; destroy(): void };
type Class = new (input: unknown) => Client;
type Sdk = Readonly<Record<string, Class>>;

const { run } = harness({ plugins: defaultIntegrations() });
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

for (const sdk of installs.filter(({ name }) => name.startsWith('aws-'))) {
  describe.skipIf(!isInstalled(sdk))(sdk.title, () => {
    const require = createRequire(join(sdk.directory, 'x.js'));
    const dynamodb = (): Sdk => require('@aws-sdk/client-dynamodb');
    const s3 = (): Sdk => require('@aws-sdk/client-s3');
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
    const config = (path: string, more: object = {}) => ({
      region: 'eu-west-1',
      credentials,
      endpoint: url + path,
      ...more,
    });
    const client = (path: string, more?: object): Client => {
      const { DynamoDBClient } = dynamodb();
      return traceClient(make(DynamoDBClient, config(path, more)));
    };
    const put = (input: object = { TableName: 'orders', Item: { id: { S: '1' } } }): object => {
      const { PutItemCommand } = dynamodb();
      return make(PutItemCommand, input);
    };
    const play = (work: () => unknown): Promise<Run<unknown>> =>
      run(
        lambda(async () => work()),
        {},
      );

    it.each([
      ['that refuses', 'http://127.0.0.1:1', {}, 'ECONNREFUSED'],
      ['that resets', '/reset', {}, 'ECONNRESET'],
      ['that answers garbage', '/garbage', {}, 'SyntaxError'],
      ['that answers a page of a proxy', '/page', {}, 'SyntaxError'],
      ['that throttles', '/throttle', { maxAttempts: 2 }, 'ThrottlingException'],
    ])('a peer %s gives the error that it gives without us', async (_, path, more, type) => {
      const endpoint = path.startsWith('http') ? path : url + path;
      const target = client('', { endpoint, maxAttempts: 1, ...more });
      let own: unknown;
      const { spans, ...answered } = await play(() =>
        target.send(put()).catch((error: unknown) => {
          own = error;
          throw error;
        }),
      );
      expect(answered).toMatchObject({ ok: false });
      expect((answered as { error: unknown }).error === own).toBe(true);
      const [call, ...others] = spans.spans.filter(({ kind }) => kind === 'CLIENT');
      expect(others).toEqual([]);
      expect(call).toMatchObject({
        name: 'DynamoDB.PutItem',
        status: { code: 'ERROR' },
        attributes: { 'error.type': type },
      });
      expect([String((own as { code?: string }).code), (own as Error).name]).toContain(type);
    });

    it('a call that the caller gives up is no error', async () => {
      const target = client('/hang');
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 30);
      const { spans, ...answered } = await play(() => target.send(put(), { abortSignal: stop.signal }));
      expect(answered).toMatchObject({ ok: false, error: { name: 'AbortError' } });
      expect(spans.find('DynamoDB.PutItem')).toMatchObject({ status: { code: 'UNSET' } });
      target.destroy();
    });

    it('a time limit of the handler is an error', async () => {
      const target = client('/hang', {
        maxAttempts: 1,
        requestHandler: { requestTimeout: 40, throwOnRequestTimeout: true },
      });
      const { spans, ...answered } = await play(() => target.send(put()));
      expect(answered).toMatchObject({ ok: false, error: { name: 'TimeoutError' } });
      expect(spans.find('DynamoDB.PutItem')).toMatchObject({ status: { code: 'ERROR' } });
      target.destroy();
    });

    it('an input stays as it is, frozen or not, and a result comes through', async () => {
      const input = Object.freeze({ TableName: 'orders', Item: Object.freeze({ id: { S: '1' } }) });
      const { spans, ...answered } = await play(() => client('/ok').send(put(input)));
      expect(answered).toMatchObject({ ok: true, result: { $metadata: { httpStatusCode: 200 } } });
      expect(spans.find('DynamoDB.PutItem')?.attributes).toMatchObject({ 'db.collection.name': 'orders' });
    });

    it('a callback is called as without us', async () => {
      const { spans, ...answered } = await play(
        () =>
          new Promise((resolve) => {
            void client('/ok').send(put(), (error: unknown, output: unknown) => resolve([error, typeof output]));
          }),
      );
      expect(answered).toEqual({ ok: true, logs: [], result: [null, 'object'] });
      expect(spans.spans.map(({ name }) => name)).toContain('DynamoDB.PutItem');
    });

    it('bodies stream both ways', async () => {
      const { S3Client, PutObjectCommand, GetObjectCommand } = s3();
      const target = traceClient(make(S3Client, config('/s3', { forcePathStyle: true })));
      const { spans, ...answered } = await play(async () => {
        const Body = Readable.from(['half', 'done']);
        await target.send(make(PutObjectCommand, { Bucket: 'photos', Key: 'a', Body, ContentLength: 8 }));
        const { Body: got } = await target.send(make(GetObjectCommand, { Bucket: 'photos', Key: 'a' }));
        return text(got as Readable);
      });
      expect(answered).toMatchObject({ ok: true, result: 'x'.repeat(100_000) });
      const names = spans.spans.filter(({ kind }) => kind === 'CLIENT').map(({ name }) => name);
      expect(names).toEqual(['S3.PutObject', 'S3.GetObject']);
    });

    it('1,000 calls at once each have a span of their own', async () => {
      const target = client('/ok');
      const { spans, ...answered } = await play(() =>
        Promise.all(Array.from({ length: 1000 }, () => target.send(put()))),
      );
      expect(answered.ok).toBe(true);
      const calls = spans.spans.filter(({ name }) => name === 'DynamoDB.PutItem');
      expect(new Set(calls.map(({ spanId }) => spanId)).size).toBe(1000);
      expect(calls.map(({ attributes }) => attributes['http.response.status_code'])).toEqual(Array(1000).fill(200));
    });

    it('a call outside an invocation, or after its end, goes through', async () => {
      const target = client('/ok');
      expect(await target.send(put())).toMatchObject({ $metadata: { httpStatusCode: 200 } });
      let late: Promise<unknown> | undefined;
      await play(() => {
        late = new Promise((resolve) => setTimeout(resolve, 30)).then(() => target.send(put()));
      });
      expect(await late).toMatchObject({ $metadata: { httpStatusCode: 200 } });
    });
  });
}

it('a presigned URL is a call like any other, its secrets left out', async () => {
  const signed = `${url}/s3/photos/a?X-Amz-Credential=AKID%2F1&X-Amz-Signature=abc&X-Amz-Security-Token=t&x-id=GetObject`;
  const { spans, ...answered } = await run(
    lambda(async () => (await fetch(signed)).status),
    {},
  );
  expect(answered).toMatchObject({ ok: true, result: 200 });
  expect(String(spans.find('GET')?.attributes['url.full'])).toBe(
    `${url}/s3/photos/a?X-Amz-Credential=REDACTED&X-Amz-Signature=REDACTED&X-Amz-Security-Token=REDACTED&x-id=GetObject`,
  );
});

it('what is no client is given back as it is', () => {
  for (const odd of [undefined, null, 7, 'client', {}, new Map(), class {}]) expect(traceClient(odd)).toBe(odd);
});

function make(Class: Class | undefined, input: unknown): Client {
  if (Class === undefined) throw new Error('The SDK has no such class.');
  return new Class(input);
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const [, way] = (request.url ?? '').split(/[/?]/);
  request.resume();
  if (way === 'reset') request.socket.resetAndDestroy();
  else if (way === 'garbage') response.writeHead(200).end('\u0000{"a":');
  else if (way === 'page') response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway');
  else if (way === 'throttle') response.writeHead(400).end('{"__type":"x#ThrottlingException","message":"slow"}');
  else if (way === 's3') response.end(request.method === 'GET' ? 'x'.repeat(100_000) : '');
  else if (way !== 'hang') response.end('{}');
}
