import { type IncomingHttpHeaders, request } from 'node:http';
import { gzipSync } from 'node:zlib';

import { afterEach, describe, expect, it } from 'vitest';

import { type Sink, startSink } from './otlp-sink.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };

const sinks: Sink[] = [];

afterEach(async () => {
  await Promise.all(sinks.splice(0).map((sink) => sink.close()));
});

describe('startSink', () => {
  it('keeps the spans and logs of JSON requests', async () => {
    const sink = await start();
    const answer = await post(sink, '/v1/traces', JSON_TYPE, traceJson('first', 'second'));
    await post(
      sink,
      '/v1/logs',
      JSON_TYPE,
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"hi"}}]}]}]}',
    );
    expect(answer).toMatchObject({ status: 200, body: '{}' });
    expect(answer.headers['content-type']).toBe('application/json');
    expect(sink.spans.map((span) => span.name)).toEqual(['first', 'second']);
    expect(sink.logs.map((log) => log.body)).toEqual(['hi']);
    expect(sink.metrics).toEqual([]);
  });

  it('keeps the bytes and headers of each request', async () => {
    const sink = await start();
    const body = traceJson('first');
    await post(sink, '/v1/traces', { ...JSON_TYPE, 'x-api-key': 'k' }, body);
    expect(sink.requests).toEqual([
      {
        method: 'POST',
        path: '/v1/traces',
        headers: expect.objectContaining({ 'x-api-key': 'k', 'content-length': String(body.length) }),
        contentType: 'application/json',
        body: Buffer.from(body),
        at: expect.any(Number),
        status: 200,
        problem: undefined,
      },
    ]);
  });

  it('takes gzip bodies and keeps them compressed in requests', async () => {
    const sink = await start();
    const zipped = gzipSync(traceJson('first'));
    await post(sink, '/v1/traces', { ...JSON_TYPE, 'content-encoding': 'gzip' }, zipped);
    expect(sink.spans.map((span) => span.name)).toEqual(['first']);
    expect(sink.requests[0]?.body).toEqual(zipped);
  });

  it('groups spans by trace in order of arrival', async () => {
    const sink = await start();
    const other = 'ffffffffffffffffffffffffffffffff';
    await post(sink, '/v1/traces', JSON_TYPE, traceJson('a1'));
    await post(sink, '/v1/traces', JSON_TYPE, traceJson('b1').replaceAll(TRACE_ID, other));
    await post(sink, '/v1/traces', JSON_TYPE, traceJson('a2'));
    expect(sink.traces.map((trace) => trace.map((span) => span.name))).toEqual([['a1', 'a2'], ['b1']]);
  });

  it.each([
    ['garbage', 'POST', '/v1/traces', PROTOBUF_TYPE, 'garbage', 400, 'Wire type 7'],
    ['damaged gzip', 'POST', '/v1/traces', { ...JSON_TYPE, 'content-encoding': 'gzip' }, 'x', 400, 'gzip:'],
    [
      'an unknown content type',
      'POST',
      '/v1/traces',
      { 'content-type': 'text/plain' },
      '',
      415,
      'content type text/plain',
    ],
    [
      'an unknown encoding',
      'POST',
      '/v1/traces',
      { ...JSON_TYPE, 'content-encoding': 'br' },
      '',
      415,
      'content encoding br',
    ],
    ['another path', 'POST', '/v1/trace', JSON_TYPE, '{}', 404, 'no signal at /v1/trace'],
    ['another method', 'PUT', '/v1/traces', JSON_TYPE, '{}', 405, 'PUT in place of POST'],
    ['a large body', 'POST', '/v1/traces', JSON_TYPE, ' '.repeat(2_001), 413, 'larger than 2000 bytes'],
  ])('refuses %s', async (_, method, path, headers, body, status, problem) => {
    const sink = await startSink({ maxBodyBytes: 2_000 });
    sinks.push(sink);
    const answer = await post(sink, path, headers, body, method);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(problem);
    expect(sink.requests).toEqual([
      expect.objectContaining({ path, status, problem: expect.stringContaining(problem) }),
    ]);
    expect(sink.spans).toEqual([]);
  });

  it('does not unzip past the size limit', async () => {
    const sink = await startSink({ maxBodyBytes: 2_000 });
    sinks.push(sink);
    const answer = await post(
      sink,
      '/v1/traces',
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
      gzipSync(' '.repeat(100_000)),
    );
    expect(answer.status).toBe(400);
  });

  it('answers protobuf requests in protobuf', async () => {
    const sink = await start();
    const accepted = await post(sink, '/v1/traces', PROTOBUF_TYPE, '');
    sink.behave({ partialRejected: 3 });
    const partial = await post(sink, '/v1/traces', PROTOBUF_TYPE, '');
    expect(accepted).toMatchObject({ status: 200, body: '' });
    expect(accepted.headers['content-type']).toBe('application/x-protobuf');
    expect(Buffer.from(partial.body)).toEqual(Buffer.from('\n\x1a\x08\x03\x12\x163 rejected by the sink'));
  });

  it('rejects a part of the items when told to', async () => {
    const sink = await start();
    sink.behave({ partialRejected: 1 });
    const answer = await post(sink, '/v1/traces', JSON_TYPE, traceJson('kept', 'rejected'));
    expect(JSON.parse(answer.body)).toEqual({
      partialSuccess: { rejectedSpans: '1', errorMessage: '1 rejected by the sink' },
    });
    expect(sink.spans.map((span) => span.name)).toEqual(['kept']);
  });
});

describe('behave', () => {
  it('answers the next requests as told, then normally, and keeps nothing that it refused', async () => {
    const sink = await start();
    sink.behave({ status: 503, headers: { 'retry-after': '1' }, body: 'later' }, 2);
    const answers = [];
    for (const name of ['a', 'b', 'c']) answers.push(await post(sink, '/v1/traces', JSON_TYPE, traceJson(name)));
    expect(answers.map((answer) => [answer.status, answer.headers['retry-after'], answer.body])).toEqual([
      [503, '1', 'later'],
      [503, '1', 'later'],
      [200, undefined, '{}'],
    ]);
    expect(sink.spans.map((span) => span.name)).toEqual(['c']);
    expect(sink.requests.map((received) => received.status)).toEqual([503, 503, 200]);
  });

  it('plays a list of behaviours one request each', async () => {
    const sink = await start();
    sink.behave([{ status: 429 }, { reset: true }]);
    const first = await post(sink, '/v1/traces', JSON_TYPE, traceJson('a'));
    const second = post(sink, '/v1/traces', JSON_TYPE, traceJson('b'));
    await expect(second).rejects.toMatchObject({ code: 'ECONNRESET' });
    const third = await post(sink, '/v1/traces', JSON_TYPE, traceJson('c'));
    expect([first.status, third.status]).toEqual([429, 200]);
    expect(sink.spans.map((span) => span.name)).toEqual(['c']);
  });

  it('goes back to normal when called without arguments', async () => {
    const sink = await start();
    sink.behave({ status: 500 });
    sink.behave();
    expect((await post(sink, '/v1/traces', JSON_TYPE, traceJson('a'))).status).toBe(200);
  });

  it('answers late, and counts the data only then', async () => {
    const sink = await start();
    sink.behave({ delayMs: 60 });
    const startedAt = performance.now();
    const answer = post(sink, '/v1/traces', JSON_TYPE, traceJson('a'));
    await sink.waitFor({ requests: 1 });
    expect(sink.spans).toEqual([]);
    expect((await answer).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59);
    expect(sink.spans.map((span) => span.name)).toEqual(['a']);
  });

  it('hangs until the sink is closed', async () => {
    const sink = await start();
    sink.behave({ hang: true });
    const answer = post(sink, '/v1/traces', JSON_TYPE, traceJson('a'));
    const outcome = expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
    await sink.waitFor({ requests: 1 });
    expect(sink.requests[0]?.status).toBeUndefined();
    await sink.close();
    await outcome;
  });
});

describe('waitFor', () => {
  it('resolves as soon as the counts or the predicate are met', async () => {
    const sink = await start();
    const both = Promise.all([
      sink.waitFor({ spans: 2 }),
      sink.waitFor((at) => at.spans.some((span) => span.name === 'b')),
    ]);
    await post(sink, '/v1/traces', JSON_TYPE, traceJson('a', 'b'));
    await both;
    await sink.waitFor({ spans: 1, requests: 1 });
  });

  it('rejects with what had arrived', async () => {
    const sink = await start();
    await post(sink, '/v1/traces', JSON_TYPE, traceJson('first'));
    await post(sink, '/v1/logs', { 'content-type': 'text/plain' }, '');
    await expect(sink.waitFor({ spans: 2 }, 10)).rejects.toThrow(
      'The sink waited 10 ms for {"spans":2}. Received: 1 spans (first), 0 logs, 0 metrics, 2 requests ' +
        '(last: POST /v1/traces 200; POST /v1/logs 415 content type text/plain).',
    );
  });

  it('rejects with the error of a predicate that throws', async () => {
    const sink = await start();
    const waiting = sink.waitFor(() => {
      throw new TypeError('bad predicate');
    });
    await expect(waiting).rejects.toThrow('bad predicate');
  });

  it('waits anew after clear', async () => {
    const sink = await start();
    await post(sink, '/v1/traces', JSON_TYPE, traceJson('a'));
    sink.clear();
    expect([sink.spans, sink.traces, sink.requests]).toEqual([[], [], []]);
    await expect(sink.waitFor({ spans: 1 }, 10)).rejects.toThrow(
      '0 requests (is the exporter pointed at the url of the sink?)',
    );
  });
});

async function start(): Promise<Sink> {
  const sink = await startSink();
  sinks.push(sink);
  return sink;
}

function traceJson(...names: string[]): string {
  const spans = names.map((name, index) => ({ traceId: TRACE_ID, spanId: `b7ad6b716920333${index}`, name, kind: 1 }));
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
}

interface Received {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

function post(
  sink: Sink,
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
  method = 'POST',
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sent = request(`${sink.url}${path}`, {
      method,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
