import { SpanKind } from '@opentelemetry/api';
import type { Callback, Context } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { BATCH_PRODUCERS } from './attributes.ts';
import { makeSandbox } from './cold-start.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { callbackContext, fakeContext, invoke, type Recorder, recorder, settled } from './tracing.fixture.ts';
import { defineTrigger } from './trigger.ts';
import { fixtures } from './triggers/all.fixture.ts';
import { SENT_AT_MS, sqsRecord, XRAY } from './triggers/batch.fixture.ts';
import { albMultiValueEvent, httpEvent, restEvent, TRACEPARENT } from './triggers/http.fixture.ts';

// Each failure here was seen in an instrumentation for Lambda that exists; none may come up in this one.

const boom = new TypeError('boom');
const [, TRACE_ID] = TRACEPARENT.split('-');

beforeEach(() => shared().troubles.clear());

/** The trace that the invocation of an event became part of. */
async function traceOf(event: unknown, context: Context = fakeContext()): Promise<string | undefined> {
  const { lambda, spans } = recorder();
  await invoke(
    lambda(async () => ({ statusCode: 200 })),
    event,
    context,
  );
  return spans()[0]?.spanContext().traceId;
}

/** The attributes and status of the one span of an invocation that answers with `result`. */
async function answered(event: unknown, result: unknown): Promise<{ status: number; attributes: unknown }> {
  const { lambda, spans } = recorder();
  await invoke(
    lambda(async () => result),
    event,
    fakeContext(),
  );
  const [span] = spans();
  return { status: span?.status.code ?? -1, attributes: span?.attributes };
}

describe('the handler', () => {
  it('keeps its arity: runtime client 4 refuses a wrapper of three parameters', () => {
    const { lambda } = recorder();
    expect(lambda(async (_event: unknown, _context: unknown) => {})).toHaveLength(2);
    expect(lambda(async () => {})).toHaveLength(0);
    expect(lambda((_event: unknown, _context: unknown, _callback: Callback) => {})).toHaveLength(3);
  });

  it('answers for an event of null, and of everything else that is no object', async () => {
    const { lambda, tree } = recorder();
    const handler = lambda(async (event: unknown) => [event]);
    for (const event of [null, undefined, 0, '', 'text', true, [], [null]])
      expect(await invoke(handler, event, fakeContext())).toEqual([event]);
    expect(tree()).toEqual(Array(8).fill('shop SERVER'));
  });

  it('loses no span when it throws before it returns', async () => {
    const flushed: number[] = [];
    const made: Recorder = recorder({
      parts: { flusher: { flush: async () => void flushed.push(made.spans().length) } },
    });
    const handler = made.lambda(() => {
      throw boom;
    });
    expect(await settled(invoke(handler, 'e', fakeContext()))).toEqual({ error: boom });
    expect(() => invoke(handler, 'e', callbackContext(), () => {})).toThrow(boom);
    expect(flushed).toEqual([1, 2]);
  });

  it('is judged a fault when it throws, and is ended once when it calls back', async () => {
    const { lambda, tree } = recorder();
    await settled(lambda(async () => Promise.reject(boom))('e', fakeContext()));
    const handler = lambda(async (_event: unknown, _context: unknown, callback: Callback) => {
      callback(null, 1);
      callback(null, 2);
    });
    await invoke(handler, 'e', callbackContext(), () => {});
    expect(tree()).toEqual(['shop SERVER ERROR(boom) exception(TypeError: boom)', 'shop SERVER']);
  });

  it('answers when an extractor of its own throws', async () => {
    const mine = defineTrigger({
      id: 'mine',
      kind: 'other',
      matches: () => true,
      plan: () => ({ attributes: {} }),
      carrier: () => {
        throw boom;
      },
    });
    const { lambda, tree } = recorder({ settings: { triggers: [mine] } });
    const lines = await printed(async () => expect(await lambda(async () => 'done')({}, fakeContext())).toBe('done'));
    expect(lines).toMatchObject([{ code: 'carrier_failed' }]);
    expect(tree()).toEqual(['shop SERVER']);
  });

  it('answers only after what it recorded was flushed, also behind a proxy of the tracing API', async () => {
    const order: unknown[] = [];
    const made: Recorder = recorder({ parts: { flusher: { flush: async () => void order.push(made.tree()) } } });
    await made.lambda(async () => {})('e', fakeContext());
    expect([...order, 'answered']).toEqual([['shop SERVER'], 'answered']);
  });

  it('gets event, context and result back as they were, frozen to the bottom or not', async () => {
    const { lambda } = recorder();
    const result = deepFreeze({ isAuthorized: true, context: {}, statusCode: 200, headers: {} });
    for (const { event } of fixtures) {
      const frozen = deepFreeze(structuredClone(event));
      const context = deepFreeze({ ...callbackContext({ callbackWaitsForEmptyEventLoop: true }) });
      const handler = lambda(async (given: unknown, { callbackWaitsForEmptyEventLoop }: Context) =>
        given === frozen && callbackWaitsForEmptyEventLoop ? result : undefined,
      );
      expect(await invoke(handler, frozen, context)).toBe(result);
    }
  });
});

describe('the context of an invocation', () => {
  it.each(['traceparent', 'Traceparent', 'TRACEPARENT', 'TraceParent'])('is found in a header %s', async (name) => {
    const multiValueHeaders = { [name]: [TRACEPARENT] };
    expect(await traceOf({ ...restEvent, headers: { [name]: TRACEPARENT }, multiValueHeaders: null })).toBe(TRACE_ID);
    expect(await traceOf({ ...restEvent, headers: null, multiValueHeaders })).toBe(TRACE_ID);
    expect(await traceOf({ ...albMultiValueEvent, multiValueHeaders })).toBe(TRACE_ID);
    expect(await traceOf({ ...httpEvent, headers: { [name]: TRACEPARENT } })).toBe(TRACE_ID);
  });

  it.each(['custom', 'Custom'])('is found in the client context, which the AWS SDK writes: %s', async (name) => {
    const clientContext = { [name]: { traceparent: TRACEPARENT } };
    expect(await traceOf({}, fakeContext({ clientContext }))).toBe(TRACE_ID);
  });

  it('is found in the context object, where environments that run many at once have no variable', async () => {
    const { lambda, spans } = recorder({ parts: { xray: 'parent' } });
    delete process.env._X_AMZN_TRACE_ID;
    await lambda(async () => {})('e', fakeContext({ xRayTraceId: XRAY }));
    expect(spans()[0]?.spanContext().traceId).toBe('5759e988bd862e3fe1be46a994272793');
  });

  it('is not taken out of a trace because X-Ray does not sample', async () => {
    const { lambda, spans } = recorder();
    await lambda(async () => {})('e', fakeContext({ xRayTraceId: XRAY.replace('Sampled=1', 'Sampled=0') }));
    expect(spans()).toHaveLength(1);
  });
});

describe('a batch', () => {
  const producer = (index: number): string =>
    `00-${index.toString(16).padStart(32, 'a')}-${index.toString(16).padStart(16, 'b')}-01`;
  const records = Array.from({ length: 300 }, (_, index) =>
    sqsRecord(`m${index}`, {
      messageAttributes: { traceparent: { stringValue: producer(index), dataType: 'String' } } as never,
      attributes: { ...sqsRecord('m').attributes, SentTimestamp: String(SENT_AT_MS + index * 1000) },
    }),
  );

  it('of more records than a span may have links says how many producers there are', async () => {
    const { lambda, spans } = recorder();
    await invoke(
      lambda(async () => {}),
      { Records: records },
      fakeContext(),
    );
    const batch = spans().find(({ name }) => name === 'process orders');
    expect(batch?.links).toHaveLength(128);
    expect(batch?.droppedLinksCount).toBe(0);
    expect(batch?.attributes[BATCH_PRODUCERS]).toBe(300);
  });

  it('links each record with its own producer, not the first for all', async () => {
    const { lambda, spans } = recorder();
    await lambda.sqs(async () => {})({ Records: records }, fakeContext());
    const links = spans().flatMap((span) => span.links.map(({ context }) => context.traceId));
    expect(new Set(links)).toEqual(new Set(records.map((_, index) => producer(index).split('-')[1])));
  });

  it('tells how long its records waited, not the first alone', async () => {
    const { lambda, attributes } = recorder();
    await invoke(
      lambda(async () => {}),
      { Records: records.slice(0, 3) },
      fakeContext(),
    );
    const ages = attributes('process orders') as Record<string, number>;
    const [min = 0, median = 0, max = 0] = ['min', 'median', 'max'].map(
      (name) => ages[`tracelet.batch.age_${name}_ms`],
    );
    expect([median - min, max - median]).toEqual([1000, 1000]);
  });

  it('that is answered with failed records has an error for each of them', async () => {
    const { lambda, tree } = recorder();
    await invoke(
      lambda(async () => ({ batchItemFailures: [{ itemIdentifier: 'm1' }] })),
      { Records: records.slice(0, 2) },
      fakeContext(),
    );
    expect(tree().filter((line) => line.includes('ERROR'))).toHaveLength(1);
  });
});

describe('what is recorded', () => {
  it('calls a response of 500 an error, and one of 404 none', async () => {
    expect(await answered(httpEvent, { statusCode: 500 })).toMatchObject({
      status: 2,
      attributes: { 'http.response.status_code': 500, 'error.type': '500' },
    });
    expect(await answered(restEvent, { statusCode: 404, body: '' })).toMatchObject({
      status: 0,
      attributes: { 'http.response.status_code': 404 },
    });
  });

  it('names an HTTP API by an ARN of its own kind', async () => {
    const arn = 'arn:aws:execute-api:eu-central-1:123456789012:r3pmxmplak/$default';
    expect((await answered(httpEvent, {})).attributes).toMatchObject({ 'tracelet.event_source.arn': arn });
  });

  it('names the account of the function, and the route instead of the path', async () => {
    expect((await answered(restEvent, { statusCode: 200 })).attributes).toMatchObject({
      'cloud.account.id': '123456789012',
      'http.route': restEvent.resource,
    });
  });

  it('leaves secrets out of the address', async () => {
    const queryStringParameters = { 'X-Amz-Signature': 'c0ffee99', token: 's3cret', page: '2' };
    const rawQueryString = new URLSearchParams(queryStringParameters).toString();
    const { attributes } = await answered({ ...httpEvent, rawQueryString, queryStringParameters }, {});
    expect(attributes).toMatchObject({ 'url.query': 'X-Amz-Signature=REDACTED&token=REDACTED&page=2' });
    expect(JSON.stringify(attributes)).not.toMatch(/c0ffee99|s3cret/);
  });

  it('says true of a cold start at the first invocation and false ever after, whichever wrapper runs', async () => {
    const { lambda, spans } = recorder({ parts: { sandbox: makeSandbox() } });
    for (const handler of [lambda(async () => 1), lambda(async () => 2)]) {
      await handler('e', fakeContext());
      await handler('e', fakeContext());
    }
    await lambda(async () => 'wrapped on a warm invocation')('e', fakeContext());
    const flags = spans().flatMap(({ kind, attributes }) =>
      kind === SpanKind.SERVER ? [attributes['faas.coldstart']] : [],
    );
    expect(flags).toEqual([true, false, false, false, false]);
  });

  it('takes an event with some key of EventBridge for none of EventBridge', async () => {
    expect((await answered({ 'detail-type': 'mine' }, {})).attributes).toMatchObject({ 'tracelet.trigger': 'unknown' });
    const { domainName, ...requestContext } = httpEvent.requestContext;
    expect((await answered({ ...httpEvent, requestContext }, {})).attributes).toMatchObject({
      'tracelet.trigger': 'api-gateway-http',
    });
    expect(domainName).toBeDefined();
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const part of Object.values(Object.freeze(value))) deepFreeze(part);
  return value;
}
