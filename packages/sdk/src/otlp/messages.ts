import type { SpanContext } from '@opentelemetry/api';
import type { LogRecord } from '@tracelet/core';
import { emitAttributes } from './attributes.ts';
import { protobufEmitter } from './emit-protobuf.ts';
import type { Emitter } from './emitter.ts';
import type { OtlpEvent, OtlpLink, OtlpResource, OtlpScope, OtlpSpan } from './otlp-data.ts';
import { millisToTime, toTime } from './time.ts';
import { noteTwin, writeTwin } from './twin.ts';
import type { Writer } from './writer.ts';

/*
 * Fields are in the order of their numbers, and counts of zero are written, because the official serializers do the
 * same: the tests compare byte by byte.
 */

/** One signal: the names of its lists (JSON), and how one item of the innermost is written. */
export interface Signal<Item> {
  readonly resources: string;
  readonly scopes: string;
  readonly items: string;
  readonly emitItem: (e: Emitter, w: Writer, item: Item) => void;
}

/**
 * Spans: `ExportTraceServiceRequest`.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto
 */
export const traces: Signal<OtlpSpan> = {
  resources: 'resourceSpans',
  scopes: 'scopeSpans',
  items: 'spans',
  emitItem: emitSpan,
};

/**
 * Log records: `ExportLogsServiceRequest`, whose envelope has the field numbers of the traces'.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto
 */
export const logs: Signal<LogRecord> = {
  resources: 'resourceLogs',
  scopes: 'scopeLogs',
  items: 'logRecords',
  emitItem: emitLog,
};

/** Appends the `Resource` message. */
export function emitResource(e: Emitter, w: Writer, resource: OtlpResource): void {
  const start = e.open(w, 0x0a, 'resource', 2);
  emitAttributes(e, w, 0x0a, resource.attributes, 0);
  e.close(w, start, 2);
}

/** Appends the `InstrumentationScope` message. */
export function emitScope(e: Emitter, w: Writer, scope: OtlpScope): void {
  const start = e.open(w, 0x0a, 'scope', 1);
  e.string(w, 0x0a, 'name', scope.name);
  if (scope.version) e.string(w, 0x12, 'version', scope.version);
  e.close(w, start, 1);
}

function emitSpan(e: Emitter, w: Writer, span: OtlpSpan): void {
  const isProtobuf = e === protobufEmitter;
  if (isProtobuf && writeTwin(e, w, span)) return;
  const begin = w.pos;
  const start = e.open(w, 0x12, '', 2);
  const context = span.spanContext();
  const parent = span.parentSpanContext;
  emitIdentity(e, w, context);
  if (parent?.spanId) e.id(w, 0x22, 'parentSpanId', parent.spanId);
  e.string(w, 0x2a, 'name', span.name);
  e.uint(w, 0x30, 'kind', span.kind + 1);
  e.time(w, 0x39, 'startTimeUnixNano', toTime(span.startTime));
  e.time(w, 0x41, 'endTimeUnixNano', toTime(span.endTime));
  const headEnd = w.pos;
  emitAttributes(e, w, 0x4a, span.attributes, span.droppedAttributesCount);
  const tailStart = w.pos;
  emitList(e, w, 'events', span.events, emitEvent);
  e.uint(w, 0x60, 'droppedEventsCount', span.droppedEventsCount);
  emitList(e, w, 'links', span.links, emitLink);
  e.uint(w, 0x70, 'droppedLinksCount', span.droppedLinksCount);
  const { code, message } = span.status;
  const status = e.open(w, 0x7a, 'status', 1);
  if (message) e.string(w, 0x12, 'message', message);
  e.uint(w, 0x18, 'code', code);
  e.close(w, status, 1);
  e.fixed32(w, 0x85, 'flags', spanFlags(context.traceFlags, parent?.isRemote));
  if (isProtobuf) noteTwin(w, span, begin, headEnd, tailStart);
  e.close(w, start, 2);
}

function emitList<T>(e: Emitter, w: Writer, name: string, items: readonly T[], emit: Signal<T>['emitItem']): void {
  if (items.length === 0) return;
  const list = e.openList(w, name);
  for (const item of items) emit(e, w, item);
  e.closeList(w, list);
}

function emitEvent(e: Emitter, w: Writer, event: OtlpEvent): void {
  const start = e.open(w, 0x5a, '', 2);
  e.time(w, 0x09, 'timeUnixNano', toTime(event.time));
  e.string(w, 0x12, 'name', event.name);
  emitAttributes(e, w, 0x1a, event.attributes, event.droppedAttributesCount);
  e.close(w, start, 2);
}

function emitLink(e: Emitter, w: Writer, { context, attributes, droppedAttributesCount }: OtlpLink): void {
  const start = e.open(w, 0x6a, '', 1);
  emitIdentity(e, w, context);
  emitAttributes(e, w, 0x22, attributes, droppedAttributesCount);
  e.fixed32(w, 0x35, 'flags', spanFlags(context.traceFlags, context.isRemote));
  e.close(w, start, 1);
}

function emitIdentity(e: Emitter, w: Writer, { traceId, spanId, traceState }: SpanContext): void {
  e.id(w, 0x0a, 'traceId', traceId);
  e.id(w, 0x12, 'spanId', spanId);
  const state = traceState?.serialize();
  if (state) e.string(w, 0x1a, 'traceState', state);
}

function emitLog(e: Emitter, w: Writer, record: LogRecord): void {
  const start = e.open(w, 0x12, '', 2);
  const time = millisToTime(record.timestampMs);
  e.time(w, 0x09, 'timeUnixNano', time);
  if (record.severityNumber) e.uint(w, 0x10, 'severityNumber', record.severityNumber);
  if (record.severityText) e.string(w, 0x1a, 'severityText', record.severityText);
  const body = e.open(w, 0x2a, 'body', 1);
  e.string(w, 0x0a, 'stringValue', record.body);
  e.close(w, body, 1);
  emitAttributes(e, w, 0x32, record.attributes, 0);
  if (record.traceFlags) e.fixed32(w, 0x45, 'flags', record.traceFlags);
  if (record.traceId) e.id(w, 0x4a, 'traceId', record.traceId);
  if (record.spanId) e.id(w, 0x52, 'spanId', record.spanId);
  e.time(w, 0x59, 'observedTimeUnixNano', time);
  if (record.eventName) e.string(w, 0x62, 'eventName', record.eventName);
  e.close(w, start, 2);
}

/** The trace flags, "it is known whether the context is remote" (0x100), "it is" (0x200). */
function spanFlags(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | 0x100 | (isRemote ? 0x200 : 0);
}
