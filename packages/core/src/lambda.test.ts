import { SpanStatusCode } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import type { Log } from './log.ts';
import { idlePipeline } from './pipeline.ts';
import { scope } from './scope.ts';
import { shared } from './shared.ts';
import { span } from './span.ts';
import { fakeContext, invoke, recorder, settled } from './tracing.fixture.ts';
import { fifoRecord, sqsEvent, sqsRecord, XRAY_LINK } from './triggers/batch.fixture.ts';

const boom = new TypeError('boom');

/** A log that notes its lines. */
function listLog(lines: unknown[][]): Log {
  const note = (...line: unknown[]): void => void lines.push(line);
  return {
    ...idlePipeline().log,
    info: note,
    with: (fields) => ({ ...listLog(lines), info: (...line) => note(fields, ...line) }),
  };
}

afterEach(() => {
  shared().pipeline = undefined;
});

describe('switched off', () => {
  const off = (lines: unknown[][] = []) => recorder({ parts: { enabled: false, log: listLog(lines) } });

  it('gives the handler back as it is', () => {
    const handler = async () => {};
    expect(off().lambda(handler)).toBe(handler);
    expect(off().lambda.with({})(handler)).toBe(handler);
  });

  it('still does the work of a batch wrapper, logs, and calls no plugin', async () => {
    const lines: unknown[][] = [];
    const called: string[] = [];
    const plugin = {
      name: 'p',
      invocation: () => void called.push('invocation'),
      record: () => void called.push('record'),
    };
    const { lambda } = off(lines);
    const handler = lambda.with({ plugins: [plugin] }).sqs({ failures: 'report' }, async ({ messageId }, { log }) => {
      log.info(messageId);
      if (messageId === 'm2') throw boom;
    });
    expect(await handler(sqsEvent, fakeContext())).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
    expect([lines, called]).toEqual([[['m1'], ['m2']], []]);
  });

  it('still gives lambda.record a scope that logs', () => {
    const lines: unknown[][] = [];
    const { lambda, pipeline } = off(lines);
    shared().pipeline = pipeline;
    const each = lambda.record((record, { log }) => {
      log.info('got', { record });
      return record;
    });
    expect(each('r')).toBe('r');
    expect(lines).toEqual([['got', { record: 'r' }]]);
  });

  it('still runs the function of a span', () => {
    shared().pipeline = idlePipeline({ enabled: false });
    expect(span('work', (s) => s.isRecording())).toBe(false);
  });
});

describe('lambda.record', () => {
  it('gives each record of a loop of your own its span, link and scope', async () => {
    const { lambda, tree, spans } = recorder();
    const each = lambda.record(async (record: { messageId: string }, { set, attempt }) => {
      set({ 'order.id': record.messageId, attempt });
      if (record.messageId === 'm2') throw boom;
      return record.messageId;
    });
    const handler = lambda(async ({ Records }: typeof sqsEvent) => Promise.allSettled(Records.map((one) => each(one))));
    expect(await handler(sqsEvent, fakeContext())).toEqual([
      { status: 'fulfilled', value: 'm1' },
      { status: 'rejected', reason: boom },
    ]);
    expect(tree()).toEqual([
      'shop SERVER',
      `  process orders CONSUMER -> ${XRAY_LINK} -> 0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331`,
      `    process orders CONSUMER -> ${XRAY_LINK}`,
      '    process orders CONSUMER ERROR(boom) exception(TypeError: boom) -> 0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331',
    ]);
    expect(spans()[0]?.attributes).toMatchObject({ 'order.id': 'm1', attempt: 2, 'messaging.message.id': 'm1' });
  });

  it('passes results and errors of a synchronous function through', async () => {
    const { lambda, spans } = recorder();
    const result = {};
    const good = lambda.record(() => result);
    const bad = lambda.record(() => {
      throw boom;
    });
    const handler = lambda(async (record: unknown) => [
      good(record) === result,
      await settled((async () => bad(record))()),
    ]);
    expect(await handler(sqsRecord('m1'), fakeContext())).toEqual([true, { error: boom }]);
    expect(spans().map(({ name, status }) => [name, status.code])).toEqual([
      ['process', SpanStatusCode.UNSET],
      ['process', SpanStatusCode.ERROR],
      ['shop', SpanStatusCode.UNSET],
    ]);
  });

  it('runs outside every invocation too, with a scope but without a span', () => {
    const { lambda, spans } = recorder();
    const each = lambda.record((record: string, { attempt, ageMs, record: raw }) => [record, raw, attempt, ageMs]);
    expect(each('r')).toEqual(['r', 'r', 1, 0]);
    expect(spans()).toEqual([]);
  });

  it('wants a function', () => {
    expect(() => invoke(recorder().lambda.record, 'x')).toThrow('lambda.record() was given a value of type string');
  });
});

it('wants a function for a batch too, whatever stands before it', () => {
  const { lambda } = recorder();
  expect(() => invoke(lambda.sqs)).toThrow('The batch wrapper of sqs was given a value of type undefined');
  expect(() => invoke(lambda.sqs, {})).toThrow('The batch wrapper of sqs was given a value of type undefined');
  expect(invoke(lambda.sqs, null, () => {})).toBeTypeOf('function');
});

it('keeps 64 interleaved invocations apart: scope, attributes, spans and logs', async () => {
  const lines: unknown[][] = [];
  const { lambda, spans } = recorder({ parts: { log: listLog(lines) } });
  const handler = lambda.sqs({ concurrency: 4 }, async ({ messageId, body }, { log }) => {
    const id = scope()?.context.awsRequestId;
    for (let step = 0; step < 3; step += 1) {
      await new Promise((resolve) => setTimeout(resolve, (Number(body) * 7 + step) % 5));
      await span(`step ${step}`, async () => span.set({ owner: `${id}/${messageId}` }));
    }
    scope()?.set({ owner: `${id}/${messageId}` });
    log.info(`${scope()?.context.awsRequestId}`, { messageId, id });
  });
  const ids = Array.from({ length: 64 }, (_, index) => `request-${index}`);
  await Promise.all(
    ids.map((id, index) => {
      const Records = ['a', 'b'].map((group) => ({ ...fifoRecord(`${id}-${group}`, group), body: String(index) }));
      return handler({ Records }, fakeContext({ awsRequestId: id }));
    }),
  );
  const byId = new Map(spans().map((one) => [one.spanContext().spanId, one]));
  const chainOf = (id: string | undefined): readonly (typeof id)[] => {
    const found = byId.get(id ?? '');
    return found === undefined
      ? []
      : [found.attributes['faas.invocation.id'] as string, ...chainOf(found.parentSpanContext?.spanId)];
  };
  const owned = spans().filter(({ attributes }) => 'owner' in attributes);
  expect(owned).toHaveLength(64 * 2 * 4);
  const strays = owned.filter((one) => {
    const [request] = String(one.attributes.owner).split('/');
    const chain = chainOf(one.spanContext().spanId);
    return chain.at(-1) !== request || chain.length !== (one.name.startsWith('step') ? 4 : 3);
  });
  expect(strays).toEqual([]);
  expect(lines).toHaveLength(128);
  expect(lines.filter(([said, fields]) => said !== (fields as { id: string }).id)).toEqual([]);
});
