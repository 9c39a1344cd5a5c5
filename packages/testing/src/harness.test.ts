import { trace } from '@opentelemetry/api';
import { createLambda, idlePipeline, type Plugin, scope, span } from '@tracelet/core';
import { log } from '@tracelet/logger';
import { describe, expect, it } from 'vitest';
import { events } from './events/index.ts';
import { harness } from './harness.ts';

const lambda = createLambda({ pipeline: () => idlePipeline(), settings: {}, above: () => [] });

describe('a run', () => {
  it('gives the spans, the log lines and the result of the handler', async () => {
    const handler = lambda(async (event: { readonly name: string }) => {
      log.info('greeting', { name: event.name });
      return span('greet', () => `hello ${event.name}`);
    });
    const { logs, spans, ...answer } = await harness().run(handler, { name: 'Ada' });
    expect(answer).toEqual({ ok: true, result: 'hello Ada', batchItemFailures: undefined });
    expect(String(spans)).toBe('SERVER local-function  faas.coldstart=false\n  INTERNAL greet');
    expect(logs).toMatchObject([{ message: 'greeting', name: 'Ada', trace_id: spans.roots[0]?.span.traceId }]);
  });

  it('gives the error of the handler by identity', async () => {
    const error = new RangeError('out of bounds');
    const run = await harness().run(
      lambda(async () => Promise.reject(error)),
      {},
    );
    expect(run.ok ? undefined : run.error).toBe(error);
    expect(String(run.spans)).toBe('SERVER local-function  [error RangeError] "out of bounds" faas.coldstart=false');
  });

  it('has an init span when it starts cold', async () => {
    const run = await harness().run(
      lambda(async () => 'done'),
      {},
      { coldStart: true },
    );
    expect(String(run.spans)).toBe('SERVER local-function  faas.coldstart=true\nINTERNAL init');
  });

  it('calls callback handlers with a callback and streaming handlers with a stream', async () => {
    const { run } = harness();
    const byCallback = lambda((_event: object, _context: object, callback: (e: null, r: string) => void) =>
      callback(null, 'called'),
    );
    const byStream = lambda.stream(async (_event: object, stream) => {
      stream.write('in ');
      stream.end('parts');
    });
    expect(await run(byCallback as never, {})).toMatchObject({ ok: true, result: 'called' });
    expect(await run(byStream as never, {})).toMatchObject({ ok: true, result: 'in parts' });
  });

  it('keeps apart what overlapping runs record, for users of the OpenTelemetry API too', async () => {
    const handler = lambda(async (event: { readonly id: number }) => {
      await new Promise((resolve) => setTimeout(resolve, 5 - event.id));
      trace.getTracer('library').startActiveSpan(`library ${event.id}`, (active) => active.end());
      log.info('worked', { id: event.id });
      return scope()?.context.awsRequestId;
    });
    const { run } = harness();
    const runs = await Promise.all([0, 1, 2, 3, 4].map((id) => run(handler, { id })));
    expect(runs.map(({ spans }) => String(spans).split('\n')[1])).toEqual(
      [0, 1, 2, 3, 4].map((id) => `  INTERNAL library ${id}`),
    );
    expect(runs.map(({ logs }) => logs.map((line) => line.id))).toEqual([[0], [1], [2], [3], [4]]);
  });

  it('sets plugins up, whose spans join the run', async () => {
    const listeners: (() => void)[] = [];
    const plugin: Plugin = {
      name: 'bell',
      setup: (host) => void listeners.push(() => host.start({ name: 'ring' })?.span.end()),
      invocation: (active) => void active.setAttribute('messaging.message.id', 'by-plugin'),
    };
    const handler = lambda(async () => {
      for (const ring of listeners) ring();
    });
    const { spans } = await harness({ plugins: [plugin] }).run(handler, {});
    expect(String(spans)).toBe(
      'SERVER local-function  faas.coldstart=false messaging.message.id=by-plugin\n  INTERNAL ring',
    );
  });

  describe('batchItemFailures', () => {
    const { run } = harness();
    const queue = events.sqs(['good', { body: 'bad', messageId: 'm-bad' }, { body: 'bad', messageId: 'm-worse' }]);
    const each = ({ body }: { readonly body: string }): void => {
      if (body === 'bad') throw new Error('no good');
    };

    it('names the records of a partial response, and those that the error of a batch names', async () => {
      const reported = await run(lambda.sqs({ failures: 'report' }, each), queue);
      expect([reported.ok, reported.batchItemFailures]).toEqual([true, ['m-bad', 'm-worse']]);
      const thrown = await run(lambda.sqs(each), queue);
      expect([thrown.ok, thrown.batchItemFailures]).toEqual([false, ['m-bad', 'm-worse']]);
      const good = await run(lambda.sqs({ failures: 'report' }, each), events.sqs(['good']));
      expect(good.batchItemFailures).toEqual([]);
    });

    it('reads what a handler of whole batches answers, and an offset of Kafka as its partition and offset', async () => {
      const event = events.kafka([{ value: 'a' }, { value: 'b' }]);
      const whole = lambda(async () => ({ batchItemFailures: [{ itemIdentifier: 'm-1' }, { itemIdentifier: null }] }));
      expect((await run(whole, queue as unknown)).batchItemFailures).toEqual(['m-1', 'null']);
      const failing = (failures: 'throw' | 'report') =>
        lambda.kafka({ failures, onAllFailed: 'report' }, () => Promise.reject(new Error('bad')));
      const [first] = Object.values(event.records).flat();
      const offset = `${first?.topic}-${first?.partition}:${first?.offset}`;
      expect((await run(failing('report'), event)).batchItemFailures).toEqual([offset]);
      expect((await run(failing('throw'), event)).batchItemFailures).toEqual([offset]);
    });

    it('is undefined when the answer is no partial response, and the error none of a batch', async () => {
      const answers = [undefined, 'text', { statusCode: 200 }, { batchItemFailures: null }];
      for (const answer of answers) {
        expect((await run(lambda(async () => answer) as never, {})).batchItemFailures).toBeUndefined();
      }
      const failing = lambda(() => Promise.reject(new Error('mine')));
      expect((await run(failing, {})).batchItemFailures).toBeUndefined();
    });
  });

  it('follows a caller in the event', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { spans } = await harness().run(
      lambda(async () => ({ statusCode: 204 })),
      events.apiGatewayHttp({ route: '/pets', traceparent }),
    );
    expect(spans.spans[0]).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      parentSpanId: '00f067aa0ba902b7',
    });
  });
});
