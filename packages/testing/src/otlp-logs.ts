import type { OtlpMessage } from './otlp-schema.ts';
import {
  bigint,
  inner,
  number,
  optionalText,
  readAnyValue,
  readAttributes,
  type SinkAttributes,
  type SinkOrigin,
  type SinkValue,
  visitItems,
} from './otlp-values.ts';

/** One received log record, decoded to plain values. */
export interface SinkLog extends SinkOrigin {
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  /** 1 (TRACE) to 24 (FATAL4); 0 when not given. */
  readonly severityNumber: number;
  readonly severityText: string | undefined;
  /** The message or structured body; null when absent. */
  readonly body: SinkValue;
  readonly attributes: SinkAttributes;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly flags: number;
  readonly eventName: string | undefined;
  readonly droppedAttributesCount: number;
}

/**
 * Gives every record of a decoded ExportLogsServiceRequest its public shape, in the order of the request.
 *
 * @throws Error when an attribute value breaks its `oneof`.
 */
export function readLogs(request: OtlpMessage): SinkLog[] {
  const logs: SinkLog[] = [];
  visitItems(request, { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' }, (record, origin) => {
    logs.push(readLog(record, origin));
  });
  return logs;
}

function readLog(record: OtlpMessage, origin: SinkOrigin): SinkLog {
  return {
    timeUnixNano: bigint(record, 'timeUnixNano'),
    observedTimeUnixNano: bigint(record, 'observedTimeUnixNano'),
    severityNumber: number(record, 'severityNumber'),
    severityText: optionalText(record, 'severityText'),
    body: readAnyValue(inner(record, 'body')),
    attributes: readAttributes(record),
    traceId: optionalText(record, 'traceId'),
    spanId: optionalText(record, 'spanId'),
    flags: number(record, 'flags'),
    eventName: optionalText(record, 'eventName'),
    droppedAttributesCount: number(record, 'droppedAttributesCount'),
    ...origin,
  };
}
