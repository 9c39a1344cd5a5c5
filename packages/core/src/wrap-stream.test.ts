import { expect, it } from 'vitest';
import type { ResponseStream } from './handler.ts';
import { callbackContext, fakeContext, invoke, recorder, settled } from './tracing.fixture.ts';
import { functionUrlEvent } from './triggers/http.fixture.ts';

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const boom = new TypeError('boom');
const stream = { end: () => {} } as unknown as ResponseStream;

it('marks a handler as streaming and traces it with the context from its third argument', async () => {
  const { lambda, tree } = recorder();
  const result = {};
  const self = {};
  const original = async function download(this: unknown, ...args: [unknown, ResponseStream, unknown]) {
    return { result, same: args[1] === stream && this === self };
  };
  const handler = lambda.stream(original);
  expect(Object.getOwnPropertyDescriptor(handler, STREAMING)?.value).toBe('response');
  expect(STREAMING in original).toBe(false);
  expect(handler.name).toBe('download');
  expect(await Reflect.apply(handler, self, ['e', stream, fakeContext()])).toEqual({ result, same: true });
  expect(tree()).toEqual(['shop SERVER']);
});

it('keeps what awslambda.streamifyResponse put on a handler', async () => {
  const { lambda, tree } = recorder();
  const streamified = Object.freeze(
    Object.assign(async (_event: unknown, _stream: ResponseStream, _context: unknown) => 'done', {
      [STREAMING]: 'response',
      [HIGH_WATER_MARK]: 1024,
    }),
  );
  for (const handler of [lambda(streamified), lambda.stream(streamified)]) {
    expect(Object.getOwnPropertyDescriptors(handler)).toMatchObject({
      length: { value: 3 },
      [STREAMING]: { value: 'response' },
      [HIGH_WATER_MARK]: { value: 1024 },
    });
    expect(await handler('e', stream, fakeContext())).toBe('done');
  }
  expect(tree()).toEqual(['shop SERVER', 'shop SERVER']);
});

it('passes the error of a streaming handler on and records it', async () => {
  const { lambda, tree } = recorder();
  const handler = lambda.stream(async () => Promise.reject(boom));
  expect(await settled(handler('e', stream, fakeContext()))).toEqual({ error: boom });
  expect(tree()).toEqual(['shop SERVER ERROR(boom) exception(TypeError: boom)']);
});

it('leaves a streaming handler that returns no promise synchronous, for the runtime to refuse', () => {
  const { lambda } = recorder();
  expect(
    invoke(
      lambda.stream(() => 'now'),
      'e',
      stream,
      callbackContext(),
    ),
  ).toBe('now');
});

it('does not judge the ignored result of a streaming handler: its status is inside the stream', async () => {
  const { lambda, tree, spans } = recorder();
  await lambda.stream(async () => undefined)(functionUrlEvent, stream, fakeContext());
  expect(tree()).toEqual(['GET SERVER']);
  expect(spans()[0]?.attributes).not.toHaveProperty('http.response.status_code');
});

it('still marks a handler as streaming while tracelet is switched off', async () => {
  const { lambda } = recorder({ parts: { enabled: false } });
  const handler = lambda.stream(async () => 'done');
  expect(Object.getOwnPropertyDescriptor(handler, STREAMING)?.value).toBe('response');
  expect(await handler('e', stream, fakeContext())).toBe('done');
});
