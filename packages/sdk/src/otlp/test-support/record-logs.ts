import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import type { LogRecord } from '@tracelet/core';
import { ATTRIBUTES } from './record-spans.ts';

/** The resource and the scope of the log corpus. */
export const LOG_RESOURCE = resourceFromAttributes(
  { 'service.name': 'orders', n: 1 },
  { schemaUrl: 'https://s.example/1' },
);
export const LOG_SCOPE = { name: '@tracelet/logger', version: '0.1.0', schemaUrl: 'https://s.example/2' };

const NO_EMPTY_NAME = Object.fromEntries(Object.entries(ATTRIBUTES).filter(([key]) => key !== ''));

/** Our records, of every shape. */
export const LOG_RECORDS: readonly LogRecord[] = [
  { timestampMs: 1_700_000_000_123, severityNumber: 9, severityText: 'INFO', body: 'order placed', attributes: {} },
  { timestampMs: 1_700_000_000_123.5, severityNumber: 0, severityText: '', body: '', attributes: {} },
  {
    timestampMs: 1_795_000_000_001,
    severityNumber: 17,
    severityText: 'ERROR',
    body: 'ü'.repeat(300),
    attributes: NO_EMPTY_NAME,
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 1,
    eventName: 'faas.invocation.exception',
  },
  {
    timestampMs: 4_000_000_000_999,
    severityNumber: 21,
    severityText: 'FATAL',
    body: 'not sampled',
    attributes: { n: 2 ** 60 },
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 0,
  },
];

/** The same records, made by the SDK. */
export function recordLogs(records: readonly LogRecord[]): readonly ReadableLogRecord[] {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({
    resource: LOG_RESOURCE,
    processors: [new SimpleLogRecordProcessor({ exporter })],
  });
  const logger = provider.getLogger(LOG_SCOPE.name, LOG_SCOPE.version, { schemaUrl: LOG_SCOPE.schemaUrl });
  for (const { body, eventName, severityNumber, severityText, timestampMs, traceFlags, traceId, ...rest } of records) {
    const spanContext = { traceId: traceId ?? '', spanId: rest.spanId ?? '', traceFlags: traceFlags ?? 0 };
    const time: [number, number] = [Math.floor(timestampMs / 1000), Math.round((timestampMs % 1000) * 1e6)];
    logger.emit({
      timestamp: time,
      observedTimestamp: time,
      severityNumber,
      severityText,
      body,
      attributes: rest.attributes as never,
      ...(eventName !== undefined && { eventName }),
      context: trace.setSpanContext(ROOT_CONTEXT, spanContext),
    });
  }
  return exporter.getFinishedLogRecords();
}
