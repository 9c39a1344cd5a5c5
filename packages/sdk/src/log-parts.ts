import { type Span, SpanKind } from '@opentelemetry/api';
import {
  currentFrame,
  describeError,
  exceptionAttributes,
  type Held,
  type LogRecord,
  type Pipeline,
} from '@tracelet/core';
import type { Environment } from './env.ts';
import { sizeOfValues } from './tail.ts';

/** The parts of a pipeline that say where lines and exceptions go. */
export type LogParts = Pick<Pipeline, 'emitLog' | 'writeLine' | 'recordException'>;

/**
 * Where log lines and exceptions go. Without OTLP for logs, lines go to stdout and exceptions are span events, whatever
 * the environment asks for: else they were lost.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/
 */
export function logParts(environment: Environment, addLog: ((record: LogRecord) => void) | undefined): LogParts {
  if (addLog === undefined) return {};
  const { exceptionSignal, logStdout } = environment;
  const emitLog = (record: LogRecord): void => {
    const { holdsLogs, tail } = currentFrame()?.invocation.sampling ?? {};
    if (holdsLogs && tail) tail.add(heldLog(record, () => addLog(record)));
    else addLog(record);
  };
  return {
    emitLog,
    writeLine: logStdout ? undefined : () => {},
    recordException:
      exceptionSignal.length === 0
        ? undefined
        : (span, error) => {
            emitLog(exceptionRecord(span, error));
            return exceptionSignal.includes('logs/dup');
          },
  };
}

/** From here on a record is of something that went wrong. */
const ERROR_NUMBER = 17;

function heldLog({ attributes, body, severityNumber }: LogRecord, send: () => void): Held {
  return { send, failed: severityNumber >= ERROR_NUMBER, sizeBytes: sizeOfValues(attributes) + body.length };
}

const EVENT_NAMES: Readonly<Record<number, string>> = {
  [SpanKind.SERVER]: 'faas.invocation.exception',
  [SpanKind.CONSUMER]: 'messaging.process.exception',
};

function exceptionRecord(span: Span, error: unknown): LogRecord {
  const { spanId, traceFlags, traceId } = span.spanContext();
  const { kind = SpanKind.INTERNAL } = span as { readonly kind?: SpanKind };
  const isCall = kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER;
  return {
    timestampMs: Date.now(),
    severityNumber: isCall ? 13 : 17,
    severityText: isCall ? 'WARN' : 'ERROR',
    body: describeError(error).message,
    attributes: exceptionAttributes(error),
    traceId,
    spanId,
    traceFlags,
    eventName: EVENT_NAMES[kind] ?? 'exception',
  };
}
