import { PassThrough } from 'node:stream';
import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { idlePipeline, type LogRecord, shared } from '@tracelet/core';
import pino from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import winston from 'winston';
import { inInvocation, REQUEST_ID, spanNow } from './logger.fixture.ts';
import { pinoDestination, pinoMixin, pinoOptions } from './pino.ts';
import { powertoolsFormatter } from './powertools.ts';
import { winstonFormat } from './winston.ts';

type Line = Record<string, unknown>;

/** Runs `write` in an invocation and gives what a line of it has to carry. */
async function factsOf(write: () => void): Promise<Line> {
  const { spanId, traceId } = await inInvocation(async () => {
    write();
    return spanNow().spanContext();
  });
  return {
    trace_id: traceId,
    span_id: spanId,
    trace_flags: '01',
    request_id: REQUEST_ID,
    function_name: 'shop',
    function_version: '7',
    cold_start: true,
  };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a pino logger', () => {
  function keeping(options: pino.LoggerOptions): { readonly logger: pino.Logger; readonly lines: Line[] } {
    const lines: Line[] = [];
    return { lines, logger: pino(options, { write: (line: string) => void lines.push(JSON.parse(line)) }) };
  }

  it('with the mixin says the facts in every line, those of its children too', async () => {
    const { logger, lines } = keeping({ mixin: pinoMixin({}), base: null });
    const facts = await factsOf(() => {
      logger.info({ orderId: 'o-1' }, 'placed');
      logger.child({ step: 'charge', cold_start: 'mine' }).warn({ function_name: 'own' }, 'declined');
    });
    expect(lines).toEqual([
      { level: 30, time: expect.any(Number), msg: 'placed', orderId: 'o-1', ...facts },
      {
        level: 40,
        time: expect.any(Number),
        msg: 'declined',
        step: 'charge',
        ...facts,
        function_name: 'own',
      },
    ]);
  });

  it('with all options says time, level and message as Lambda reads them, from its level on', async () => {
    const env = { AWS_LAMBDA_LOG_LEVEL: 'WARN', AWS_LAMBDA_LOG_FORMAT: 'JSON' };
    const { logger, lines } = keeping(pinoOptions(env));
    const { request_id, ...facts } = await factsOf(() => {
      logger.info('quiet');
      logger.warn('loud');
    });
    expect(lines).toEqual([
      { timestamp: expect.stringMatching(/^20.*Z$/), level: 'WARN', message: 'loud', requestId: request_id, ...facts },
    ]);
  });

  it('outside an invocation says the function, and a level that is none counts as info', () => {
    const { logger, lines } = keeping(pinoOptions({ AWS_LAMBDA_FUNCTION_NAME: 'shop', TRACELET_LOG_LEVEL: 'loud' }));
    logger.debug('quiet');
    logger.info('loading');
    expect(lines).toEqual([
      { timestamp: expect.any(String), level: 'INFO', message: 'loading', function_name: 'shop' },
    ]);
  });
});

describe('the destination for pino', () => {
  it('writes at once and sends records, from either form of lines', async () => {
    const lines: Line[] = [];
    const records: LogRecord[] = [];
    const parts = {
      writeLine: (line: string) => void lines.push(JSON.parse(line)),
      emitLog: (record: LogRecord) => records.push(record),
    };
    const error = Object.assign(new RangeError('no'), { stack: 'RangeError: no' });
    const ids = await inInvocation(async () => {
      pino(pinoOptions({}), pinoDestination()).error({ err: error, orderId: 'o-1' }, 'failed');
      pino({ base: null, level: 'trace' }, pinoDestination()).trace('own form');
      return spanNow().spanContext();
    }, parts);
    expect(lines.map(({ level, message, msg }) => [level, message ?? msg])).toEqual([
      ['ERROR', 'failed'],
      [10, 'own form'],
    ]);
    expect(records).toEqual([
      {
        timestampMs: expect.any(Number),
        severityNumber: 17,
        severityText: 'ERROR',
        body: 'failed',
        attributes: {
          orderId: 'o-1',
          request_id: REQUEST_ID,
          function_name: 'shop',
          function_version: '7',
          cold_start: true,
          'exception.type': 'RangeError',
          'exception.message': 'no',
          'exception.stacktrace': 'RangeError: no',
        },
        traceId: ids.traceId,
        spanId: ids.spanId,
        traceFlags: 1,
        redacted: true,
      },
      {
        timestampMs: expect.any(Number),
        severityNumber: 1,
        severityText: 'TRACE',
        body: 'own form',
        attributes: {},
        redacted: true,
      },
    ]);
    for (const { timestampMs } of records) expect(Math.abs(timestampMs - Date.now())).toBeLessThan(5000);
  });

  it('writes to stdout outside an invocation, and passes over what is no JSON', () => {
    const written: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    pinoDestination().write('plain\n');
    shared().pipeline = idlePipeline({ emitLog: () => written.push('sent') });
    pinoDestination().write('plain\n');
    shared().pipeline = undefined;
    vi.restoreAllMocks();
    expect(written.slice(0, 2)).toEqual(['plain\n', 'plain\n']);
    expect(written[2]).toContain('emit_log_failed');
  });
});

describe('a winston logger', () => {
  it('says the facts, time and level as Lambda reads them, and keeps fields of its own', async () => {
    const lines: Line[] = [];
    const stream = new PassThrough().on('data', (line: Buffer) => lines.push(JSON.parse(String(line))));
    const logger = winston.createLogger({
      level: 'silly',
      format: winston.format.combine(winstonFormat({}), winston.format.json()),
      transports: [new winston.transports.Stream({ stream })],
    });
    const facts = await factsOf(() => {
      logger.info('placed', { orderId: 'o-1' });
      logger.child({ step: 'charge' }).log({ level: 'silly', message: 'deep', function_name: 'own' });
    });
    expect(lines).toEqual([
      { timestamp: expect.stringMatching(/^20.*Z$/), level: 'INFO', message: 'placed', orderId: 'o-1', ...facts },
      {
        timestamp: expect.any(String),
        level: 'TRACE',
        message: 'deep',
        step: 'charge',
        ...facts,
        function_name: 'own',
      },
    ]);
  });
});

describe('a Powertools Logger', () => {
  function kept(): Line[] {
    const lines: Line[] = [];
    for (const method of ['info', 'error'] as const) {
      vi.spyOn(console, method).mockImplementation((line) => void lines.push(JSON.parse(String(line))));
    }
    return lines;
  }

  it('with its default line says the facts beside its own', async () => {
    // In development mode it writes to the global console.
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    const lines = kept();
    const plain = new Logger({ serviceName: 'orders' });
    const logger = new Logger({
      serviceName: 'orders',
      logFormatter: powertoolsFormatter({ LogFormatter, LogItem }, {}),
    });
    const facts = await factsOf(() => {
      plain.info('placed', { orderId: 'o-1' });
      logger.info('placed', { orderId: 'o-1' });
      logger.createChild({ persistentKeys: { cold_start: 'mine' } }).error('failed', new Error('no'));
    });
    vi.unstubAllEnvs();
    const [bare, placed, failed] = lines;
    expect(placed).toEqual({ ...bare, timestamp: expect.any(String), ...facts });
    expect(failed).toMatchObject({ ...facts, cold_start: 'mine', error: { name: 'Error', message: 'no' } });
  });

  it('with a formatter of the company keeps its line and its private members', async () => {
    class CompanyFormatter extends LogFormatter {
      readonly #prefix = 'acme';
      formatAttributes({ message }: UnformattedAttributes, more: LogAttributes): LogItem {
        return new LogItem({ attributes: { msg: `${this.#prefix}: ${message}`, ...more } });
      }
    }
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    const lines = kept();
    const logger = new Logger({ logFormatter: powertoolsFormatter(new CompanyFormatter(), {}) });
    const facts = await factsOf(() => logger.info('placed'));
    vi.unstubAllEnvs();
    expect(lines).toEqual([{ msg: 'acme: placed', ...facts }]);
  });
});
