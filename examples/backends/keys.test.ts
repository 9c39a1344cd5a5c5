import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startRuntime, startSink } from '@tracelet/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundle } from '../../scripts/bundle.ts';
import event from './event.json' with { type: 'json' };

const taskRoot = mkdtempSync(join(tmpdir(), 'tracelet-example-'));
beforeAll(() => bundle({ entry: join(import.meta.dirname, 'keyed.ts'), directory: taskRoot, format: 'esm' }));
afterAll(() => rmSync(taskRoot, { recursive: true }));

/** What stands in the place of AWS answers: the key, or once a refusal before. */
const answers: Readonly<Record<string, object>> = {
  'secretsmanager.GetSecretValue': { SecretString: 'key-7' },
  'AmazonSSM.GetParameter': { Parameter: { Value: 'key-7' } },
};

it.each([
  ['secret', 'secretsmanager.GetSecretValue', { SecretId: 'honeycomb-key' }],
  ['parameter', 'AmazonSSM.GetParameter', { Name: '/acme/honeycomb-key', WithDecryption: true }],
])(
  'takes the key from a %s: asked once, kept while AWS refuses, and no span of its own',
  async (from, target, asked) => {
    const calls: unknown[] = [];
    let refuses = true;
    const aws = createServer((request, response) => {
      const name = String(request.headers['x-amz-target']);
      void text(request).then((body) => {
        calls.push([name, JSON.parse(body)]);
        response.writeHead(refuses ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(refuses ? { __type: 'AccessDeniedException', message: 'no' } : answers[name]));
      });
    }).listen(0, '127.0.0.1');
    await once(aws, 'listening');
    const url = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
    const sink = await startSink();
    const env = {
      KEY_FROM: from,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    };
    const runtime = await startRuntime({ handler: 'index.handler', taskRoot, client: { kind: 'loop' }, env });
    try {
      expect(await runtime.invoke(event)).toMatchObject({ status: 'success', payload: 'hello Ada' });
      expect(sink.requests).toEqual([]);
      refuses = false;
      for (let i = 0; i < 2; i++) await runtime.invoke(event);
      expect(calls).toEqual(Array(2).fill([target, asked]));
      expect(sink.requests.map(({ headers }) => headers['x-honeycomb-team'])).toEqual(
        Array(sink.requests.length).fill('key-7'),
      );
      expect(sink.spans.map(({ name }) => name).sort()).toEqual(['init', ...Array(3).fill('local-function')]);
      const said = runtime.stdout.filter((line) => line.includes('tracelet: '));
      expect(said.map((line) => (JSON.parse(line) as { code: string }).code)).toEqual(['export_retained:headers']);
      expect(runtime.stdout.join()).not.toContain('key-7');
    } finally {
      await runtime.shutdown();
      await sink.close();
      aws.close();
    }
  },
);
