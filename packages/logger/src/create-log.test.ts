import { context as otelContext, type Span, trace } from '@opentelemetry/api';
import { idlePipeline, type LogRecord, shared } from '@tracelet/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLog, type LogOptions, log } from './index.ts';
import { inInvocation, keeping, lambdaContext, lambdaWith, REQUEST_ID, spanNow, timeless } from './logger.fixture.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a line', () => {
  it('goes to stdout as one line of JSON, facts first, fields in the order given', async () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 8, 5, 3, 42), toFake: ['Date'] });
    const written: unknown[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(text);
      return true;
    });
    const ids = await inInvocation(async () => {
      log.info('order placed', { orderId: 'o-1', amount: 12.5, paid: true, coupon: null, note: undefined });
      return spanNow().spanContext();
    });
    vi.restoreAllMocks();
    expect(written).toEqual([
      `{"timestamp":"2026-11-21T08:05:03.042Z","level":"INFO","message":"order placed",` +
        `"trace_id":"${ids.traceId}","span_id":"${ids.spanId}","trace_flags":"01",` +
        `"request_id":"${REQUEST_ID}","function_name":"shop","function_version":"7","cold_start":true,` +
        `"orderId":"o-1","amount":12.5,"paid":true,"coupon":null}\n`,
    ]);
  });

  it('outside an invocation names the function that the environment names, and no request', () => {
    const env = { AWS_LAMBDA_FUNCTION_NAME: 'shop', AWS_LAMBDA_FUNCTION_VERSION: '$LATEST' };
    const { log, lines } = keeping({ env });
    log.warn('loading');
    expect(lines.map(timeless)).toEqual([
      { level: 'WARN', message: 'loading', function_name: 'shop', function_version: '$LATEST' },
    ]);
  });

  it('outside Lambda has level, time, message and fields alone', () => {
    const { log, lines } = keeping();
    log.info('hello', { a: 1 });
    expect(lines.map(timeless)).toEqual([{ level: 'INFO', message: 'hello', a: 1 }]);
  });

  it('says a warm start and the tenant of the Lambda context', async () => {
    const { log, lines } = keeping();
    const handler = lambdaWith()(async () => log.info('hi'));
    await handler({}, lambdaContext as never);
    await handler({}, { ...lambdaContext, tenantId: 'acme', awsRequestId: 'second' } as never);
    expect(lines.map(({ cold_start, tenant_id, request_id }) => ({ cold_start, tenant_id, request_id }))).toEqual([
      { cold_start: true, tenant_id: undefined, request_id: REQUEST_ID },
      { cold_start: false, tenant_id: 'acme', request_id: 'second' },
    ]);
  });

  it('carries the ids of the innermost active span, also of an unsampled one', () => {
    const { log, lines } = keeping();
    const spanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 };
    otelContext.with(trace.setSpanContext(otelContext.active(), spanContext), () => log.info('hi'));
    expect(lines.map(timeless)).toEqual([
      { level: 'INFO', message: 'hi', trace_id: spanContext.traceId, span_id: spanContext.spanId, trace_flags: '00' },
    ]);
  });

  it('carries no ids of an invalid span context', () => {
    const { log, lines } = keeping();
    const spanContext = { traceId: '0'.repeat(32), spanId: 'b7ad6b7169203331', traceFlags: 1 };
    otelContext.with(trace.setSpanContext(otelContext.active(), spanContext), () => log.info('hi'));
    expect(lines.map(timeless)).toEqual([{ level: 'INFO', message: 'hi' }]);
  });

  it("carries the ids of the scope's span where no span is active", async () => {
    const { log, lines } = keeping();
    const ids = await inInvocation(async () => {
      const { traceId, spanId } = spanNow().spanContext();
      otelContext.with(trace.deleteSpan(otelContext.active()), () => log.info('hi'));
      return { trace_id: traceId, span_id: spanId };
    });
    expect(lines).toEqual([expect.objectContaining({ ...ids, trace_flags: '01' })]);
  });

  it('keeps invocations that overlap apart', async () => {
    const { log, lines } = keeping();
    const handler = lambdaWith()(async (event: number) => {
      log.info('begin', { event });
      await new Promise((resolve) => setTimeout(resolve, 5 - event));
      log.info('end', { event });
    });
    const call = (event: number) => handler(event, { ...lambdaContext, awsRequestId: `r${event}` } as never);
    await Promise.all([call(1), call(2), call(3)]);
    expect(lines.map(({ request_id, event }) => request_id === `r${event}`)).toEqual(Array(6).fill(true));
    expect(new Set(lines.map(({ trace_id, event }) => `${trace_id} ${event}`)).size).toBe(3);
  });

  it('goes to the line writer of the pipeline in force', async () => {
    const inside: string[] = [];
    const outside: string[] = [];
    const direct = createLog({ env: {} });
    await inInvocation(async () => direct.info('in'), { writeLine: (line) => inside.push(line) });
    const state = shared();
    state.pipeline = idlePipeline({ writeLine: (line) => outside.push(line) });
    try {
      direct.info('out');
    } finally {
      state.pipeline = undefined;
    }
    expect([inside, outside].map((lines) => lines.map((line) => JSON.parse(line).message))).toEqual([['in'], ['out']]);
  });
});

describe('levels', () => {
  const messagesAt = (options: LogOptions) => {
    const { log, lines } = keeping(options);
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) log[level](level);
    return lines.map(({ level, message }) => `${level} ${message}`).join(', ');
  };

  it('start at INFO where nobody says anything', () => {
    expect(messagesAt({})).toBe('INFO info, WARN warn, ERROR error, FATAL fatal');
  });

  it('follow AWS_LAMBDA_LOG_LEVEL before TRACELET_LOG_LEVEL before the option', () => {
    const level = 'fatal' as const;
    expect(messagesAt({ level })).toBe('FATAL fatal');
    expect(messagesAt({ level, env: { TRACELET_LOG_LEVEL: 'error' } })).toBe('ERROR error, FATAL fatal');
    expect(messagesAt({ level, env: { TRACELET_LOG_LEVEL: 'error', AWS_LAMBDA_LOG_LEVEL: 'TRACE' } })).toBe(
      'TRACE trace, DEBUG debug, INFO info, WARN warn, ERROR error, FATAL fatal',
    );
  });

  it('pass over a value that is no level, and say so once', () => {
    const said: unknown[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said.push(JSON.parse(String(text)));
      return true;
    });
    expect(messagesAt({ env: { AWS_LAMBDA_LOG_LEVEL: 'LOUD', TRACELET_LOG_LEVEL: 'fatal' } })).toBe('FATAL fatal');
    expect(messagesAt({ env: { AWS_LAMBDA_LOG_LEVEL: 'LOUD' } })).toContain('INFO info');
    vi.restoreAllMocks();
    expect(said).toEqual([
      {
        timestamp: expect.any(String),
        level: 'WARN',
        message: 'tracelet: AWS_LAMBDA_LOG_LEVEL is not a log level',
        code: 'bad_environment:AWS_LAMBDA_LOG_LEVEL',
        remedy: 'Use TRACE, DEBUG, INFO, WARN, ERROR or FATAL.',
      },
    ]);
  });

  it('are read at the first line, not when the logger is made', () => {
    const env: NodeJS.ProcessEnv = {};
    const { log, lines } = keeping({ env });
    env.AWS_LAMBDA_LOG_LEVEL = 'ERROR';
    log.info('too low');
    delete env.AWS_LAMBDA_LOG_LEVEL;
    log.error('high enough');
    expect(lines.map(({ message }) => message)).toEqual(['high enough']);
  });

  it('do not look at the fields of a line that is not written', () => {
    const { log, lines } = keeping();
    const fields = {
      get costly(): never {
        throw new Error('was read');
      },
    };
    log.debug('quiet', fields);
    expect(lines).toEqual([]);
  });
});

describe('a log record', () => {
  it('says what the line says, with severity number and exception attributes', async () => {
    const records: LogRecord[] = [];
    const { log } = keeping({ fields: { service: 'shop' } });
    const error = Object.assign(new RangeError('too far'), { stack: 'RangeError: too far' });
    const before = Date.now();
    const ids = await inInvocation(
      async () => {
        log.info('order placed', { orderId: 'o-1', lines: new Map([['a', 1n]]) });
        log.error('bad', { failed: error });
        return spanNow().spanContext();
      },
      { emitLog: (record) => records.push(record) },
    );
    expect(records.map(({ redacted, timestampMs, ...rest }) => ({ inTime: timestampMs >= before, ...rest }))).toEqual([
      {
        inTime: true,
        severityNumber: 9,
        severityText: 'INFO',
        body: 'order placed',
        attributes: { service: 'shop', orderId: 'o-1', lines: { a: '1' }, 'faas.invocation.id': REQUEST_ID },
        traceId: ids.traceId,
        spanId: ids.spanId,
        traceFlags: 1,
      },
      {
        inTime: true,
        severityNumber: 17,
        severityText: 'ERROR',
        body: 'bad',
        attributes: {
          service: 'shop',
          'exception.type': 'RangeError',
          'exception.message': 'too far',
          'exception.stacktrace': 'RangeError: too far',
          'faas.invocation.id': REQUEST_ID,
        },
        traceId: ids.traceId,
        spanId: ids.spanId,
        traceFlags: 1,
      },
    ]);
  });

  it('that cannot be sent costs neither the line nor the function', async () => {
    const { log, lines } = keeping();
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const emitLog = (): never => {
      throw new Error('queue is gone');
    };
    const handler = async () => {
      log.info('hi');
      return 'result';
    };
    expect(await inInvocation(handler, { emitLog })).toBe('result');
    expect(lines.map(({ message }) => message)).toEqual(['hi']);
  });
});

describe('a hostile context or span', () => {
  it('does not keep a line from being written', async () => {
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    const { log, lines } = keeping();
    const context = {
      get functionName(): never {
        throw new Error('no');
      },
    };
    const hostile = {
      spanContext: () => {
        throw new Error('no');
      },
    } as unknown as Span;
    await inInvocation(async () => log.info('one'), {}, context);
    otelContext.with(trace.setSpan(otelContext.active(), hostile), () => log.info('two'));
    expect(lines.map(({ message }) => message)).toEqual(['one', 'two']);
  });
});
