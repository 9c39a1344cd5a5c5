import { SpanKind } from '@opentelemetry/api';
import type { LogRecord } from '@tracelet/core';
import { describe, expect, it } from 'vitest';
import { readEnv } from './env.ts';
import { logParts } from './log-parts.ts';
import { presetEnvironment } from './preset-env.ts';

const span = (kind?: SpanKind) =>
  ({ kind, spanContext: () => ({ traceId: 't', spanId: 's', traceFlags: 1 }) }) as never;

function recorded(
  optIn: string,
  kind?: SpanKind,
): { readonly records: LogRecord[]; readonly event: boolean | undefined } {
  const records: LogRecord[] = [];
  const environment = readEnv({ OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: optIn });
  const parts = logParts(environment, (record) => records.push(record));
  const error = Object.assign(new RangeError('no'), { stack: 'RangeError: no' });
  return { event: parts.recordException?.(span(kind), error), records };
}

describe('exceptions', () => {
  it('are span events unless the environment asks for logs, and logs go somewhere', () => {
    expect(recorded('')).toEqual({ event: undefined, records: [] });
    expect(logParts(readEnv({ OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: 'logs' }), undefined)).toEqual({});
  });

  it('are log records of the span, by its kind, in place of events or beside them', () => {
    const record = {
      timestampMs: expect.any(Number),
      severityNumber: 17,
      severityText: 'ERROR',
      body: 'no',
      attributes: {
        'exception.type': 'RangeError',
        'exception.message': 'no',
        'exception.stacktrace': 'RangeError: no',
      },
      traceId: 't',
      spanId: 's',
      traceFlags: 1,
    };
    const of = (eventName: string, more: object = {}) => [{ ...record, eventName, ...more }];
    expect(recorded('logs', SpanKind.SERVER)).toEqual({ event: false, records: of('faas.invocation.exception') });
    expect(recorded('logs/dup', SpanKind.CONSUMER)).toEqual({
      event: true,
      records: of('messaging.process.exception'),
    });
    expect(recorded('logs')).toEqual({ event: false, records: of('exception') });
    const warning = { severityNumber: 13, severityText: 'WARN' };
    expect(recorded('logs', SpanKind.CLIENT)).toEqual({ event: false, records: of('exception', warning) });
  });
});

describe('lines', () => {
  const partsOf = (destination: 'stdout' | 'otlp' | 'both' | undefined, env: NodeJS.ProcessEnv = {}) => {
    const environment = readEnv(presetEnvironment(env, { logs: { destination } }));
    const emit = environment.logs.exporter === 'otlp' ? () => {} : undefined;
    const { emitLog, writeLine } = logParts(environment, emit);
    return [writeLine === undefined ? 'stdout' : '', emitLog === undefined ? '' : 'otlp'].join(' ').trim();
  };

  it('go where preset and environment say, the environment first', () => {
    expect(partsOf(undefined)).toBe('stdout');
    expect(partsOf('stdout')).toBe('stdout');
    expect(partsOf('both')).toBe('stdout otlp');
    expect(partsOf('otlp')).toBe('otlp');
    expect(partsOf('otlp', { TRACELET_LOG_STDOUT: 'true' })).toBe('stdout otlp');
    expect(partsOf('both', { OTEL_LOGS_EXPORTER: 'none' })).toBe('stdout');
    expect(partsOf(undefined, { OTEL_LOGS_EXPORTER: 'otlp' })).toBe('stdout otlp');
    expect(partsOf(undefined, { TRACELET_LOG_STDOUT: 'false' })).toBe('stdout');
  });
});
