import { idlePipeline, type LogRecord, type LogSettings, shared, type Trigger } from '@tracelet/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inInvocation, keeping, lambdaContext, lambdaWith, REQUEST_ID, timeless } from './logger.fixture.ts';

const JSON_FORMAT = { AWS_LAMBDA_LOG_FORMAT: 'JSON' };

afterEach(() => {
  shared().pipeline = undefined;
  vi.restoreAllMocks();
});

describe('memory', () => {
  it('is that of the context, else of the environment', async () => {
    const env = { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128' };
    const { log, lines } = keeping({ env });
    log.info('init');
    await inInvocation(async () => log.info('in'), {}, { ...lambdaContext, memoryLimitInMB: '1769' });
    await inInvocation(async () => log.info('odd'), {}, { ...lambdaContext, memoryLimitInMB: 'much' });
    expect(lines.map(({ function_memory_mb }) => function_memory_mb)).toEqual([128, 1769, undefined]);
  });
});

describe("Lambda's JSON log format", () => {
  it('has the names of the platform for request and tenant, which are the ones that are reserved', async () => {
    const said: unknown[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(JSON.parse(String(text)).code) > 0);
    const { log, lines } = keeping({ env: JSON_FORMAT });
    const fields = { requestId: 'forged', request_id: 'mine', tenant_id: 'mine' };
    await inInvocation(async () => log.info('hi', fields), {}, { ...lambdaContext, tenantId: 'acme' });
    vi.restoreAllMocks();
    expect(lines.map(timeless)).toEqual([
      {
        level: 'INFO',
        message: 'hi',
        trace_id: expect.any(String),
        span_id: expect.any(String),
        trace_flags: '01',
        requestId: REQUEST_ID,
        function_name: 'shop',
        function_version: '7',
        cold_start: true,
        tenantId: 'acme',
        request_id: 'mine',
        tenant_id: 'mine',
      },
    ]);
    expect(said).toEqual(['log_reserved_key']);
  });

  it('says an error as the platform does, with its causes, and to OTLP as the convention does', async () => {
    const records: LogRecord[] = [];
    const { log, lines } = keeping({ env: JSON_FORMAT });
    const cause = Object.assign(new Error('no route'), { stack: 'Error: no route' });
    const error = Object.assign(new TypeError('no', { cause }), { stack: 'TypeError: no\n    at pay' });
    await inInvocation(
      async () => {
        log.error('bad', error);
        log.error('bad', { errorType: 'mine', why: error });
      },
      { emitLog: (record) => records.push(record) },
    );
    const caused = { type: 'Error', message: 'no route', stacktrace: 'Error: no route' };
    expect(lines).toEqual([
      expect.objectContaining({
        message: 'bad',
        errorType: 'TypeError',
        errorMessage: 'no',
        stackTrace: ['TypeError: no', '    at pay'],
        cause: caused,
      }),
      expect.objectContaining({
        errorType: 'mine',
        why: { type: 'TypeError', message: 'no', stacktrace: error.stack, cause: caused },
      }),
    ]);
    const exception = {
      'exception.type': 'TypeError',
      'exception.message': 'no',
      'exception.stacktrace': error.stack,
      'exception.cause': caused,
      'faas.invocation.id': REQUEST_ID,
    };
    expect(records.map(({ attributes }) => JSON.parse(JSON.stringify(attributes)))).toEqual([
      exception,
      { errorType: 'mine', ...exception },
    ]);
  });

  it('is off with the text format', () => {
    const { log, lines } = keeping({ env: { AWS_LAMBDA_LOG_FORMAT: 'Text' } });
    log.error('bad', Object.assign(new Error('no'), { stack: 's' }));
    expect(lines.map(timeless)).toEqual([
      { level: 'ERROR', message: 'bad', exception: { type: 'Error', message: 'no', stacktrace: 's' } },
    ]);
  });
});

describe('the correlation id', () => {
  async function idOf(event: unknown, logs?: LogSettings): Promise<unknown> {
    const { log, lines } = keeping();
    await lambdaWith({ logs })(async () => log.info('hi'))(event, lambdaContext as never);
    return lines[0]?.correlation_id;
  }
  const requestContext = { requestId: 'gateway-1' };

  it('is the header that callers send, in any case, else the id of the request', async () => {
    expect(await idOf({ headers: { 'X-Correlation-Id': 'c-1' }, requestContext })).toBe('c-1');
    expect(await idOf({ headers: { accept: '*/*' }, requestContext })).toBe('gateway-1');
    expect(await idOf({ id: 'order' })).toBe(undefined);
    expect(await idOf('text')).toBe(undefined);
  });

  it('stands where the settings say, by trigger', async () => {
    const logs = { correlationId: { unknown: 'meta.id|trace', '*': 'other' } };
    expect(await idOf({ meta: { id: 7 }, trace: 't' }, logs)).toBe('7');
    expect(await idOf({ meta: { id: {} }, trace: 't' }, logs)).toBe('t');
    expect(await idOf({ other: 'o' }, logs)).toBe(undefined);
    expect(await idOf({ other: 'o' }, { correlationId: { '*': 'other' } })).toBe('o');
  });

  it('of an event of EventBridge is its own', async () => {
    const { log, lines } = keeping();
    const trigger: Trigger = {
      id: 'eventbridge',
      kind: 'pubsub',
      matches: () => true,
      plan: () => ({ attributes: {} }),
    };
    const handler = lambdaWith().with({ triggers: [trigger] })(async () => log.info('hi'));
    await handler({ id: 'e-1', 'detail-type': 'x', detail: {} }, lambdaContext as never);
    await handler({ id: 'e-1', 'detail-type': 'x', detail: { correlationId: 'd-1' } }, lambdaContext as never);
    expect(lines.map(({ correlation_id }) => correlation_id)).toEqual(['e-1', 'd-1']);
  });

  it('may be that of a record', async () => {
    const { log, lines } = keeping();
    const logs = { correlationId: { sqs: 'record.messageAttributes.id.stringValue' } };
    const records = ['a', 'b'].map((id) => ({
      messageId: id,
      body: id,
      eventSource: 'aws:sqs',
      messageAttributes: id === 'a' ? { id: { stringValue: 'c-a' } } : {},
    }));
    await lambdaWith({ logs }).sqs({ concurrency: 1 }, async ({ body }) => {
      log.info(body);
      log.info(body);
    })({ Records: records } as never, lambdaContext as never);
    expect(lines.map(({ message, correlation_id }) => [message, correlation_id])).toEqual([
      ['a', 'c-a'],
      ['a', 'c-a'],
      ['b', undefined],
      ['b', undefined],
    ]);
  });

  it('of a hostile event is none', async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const hostile = Object.defineProperty({}, 'headers', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    expect(await idOf(hostile)).toBe(undefined);
  });
});

describe('fields of an invocation', () => {
  it('are in all its later lines, below those of a logger and of the line', async () => {
    const { log, lines } = keeping({ fields: { service: 'shop', step: 'none' } });
    const handler = lambdaWith()(async (step: string) => {
      log.info('before');
      log.set({ step: 'set', order: step });
      log.info('after');
      log.with({ order: 'bound' }).info('child', { mine: 1 });
      log.set({ order: undefined, more: true });
      log.info('last', { more: 'own' });
    });
    await handler('o-1', lambdaContext as never);
    await handler('o-2', lambdaContext as never);
    const own = lines
      .slice(0, 4)
      .map(({ message, service, step, order, mine, more }) => ({ message, service, step, order, mine, more }));
    expect(own).toEqual([
      { message: 'before', service: 'shop', step: 'none' },
      { message: 'after', service: 'shop', step: 'none', order: 'o-1' },
      { message: 'child', service: 'shop', step: 'none', order: 'bound', mine: 1 },
      { message: 'last', service: 'shop', step: 'none', more: 'own' },
    ]);
    expect(lines.slice(4, 6).map(({ order }) => order)).toEqual([undefined, 'o-2']);
  });

  it('of a record end with it, and it has those of its invocation', async () => {
    const { log, lines } = keeping();
    const records = ['a', 'b'].map((id) => ({ messageId: id, body: id, eventSource: 'aws:sqs' }));
    const each = async ({ body }: { readonly body: string }): Promise<void> => {
      log.set({ record: body });
      log.info('in');
    };
    const batch = lambdaWith({ log }).record(each);
    const handler = lambdaWith()(async () => {
      log.set({ batch: 1 });
      for (const record of records) await batch(record);
      log.info('out');
    });
    await handler({}, lambdaContext as never);
    expect(lines.map(({ message, batch, record }) => ({ message, batch, record }))).toEqual([
      { message: 'in', batch: 1, record: 'a' },
      { message: 'in', batch: 1, record: 'b' },
      { message: 'out', batch: 1, record: undefined },
    ]);
  });

  it('cannot be set outside one, which is said once', () => {
    const said: unknown[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(JSON.parse(String(text)).code) > 0);
    const { log, lines } = keeping();
    log.set({ a: 1 });
    log.set({ a: 2 });
    log.info('hi');
    vi.restoreAllMocks();
    expect(lines.map(timeless)).toEqual([{ level: 'INFO', message: 'hi' }]);
    expect(said).toEqual(['log_set_outside']);
  });
});

describe('the level of a preset', () => {
  it('counts where the environment says nothing, whenever the pipeline is built', () => {
    const plain = keeping();
    const told = keeping({ env: { TRACELET_LOG_LEVEL: 'warn' } });
    const write = (): void => {
      for (const { log } of [plain, told]) log.debug('debug');
    };
    write();
    shared().pipeline = idlePipeline({ logs: { level: 'debug' } });
    write();
    shared().pipeline = idlePipeline({ logs: { level: 'loud' as never } });
    write();
    plain.log.info('info');
    expect([plain, told].map(({ lines }) => lines.map(({ message }) => message))).toEqual([['debug', 'info'], []]);
  });
});
