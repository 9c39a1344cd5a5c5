import type { LogRecord } from '@tracelet/core';
import { jsonEmitter } from './emit-json.ts';
import { protobufEmitter, varintSize } from './emit-protobuf.ts';
import type { Emitter } from './emitter.ts';
import { emitResource, emitScope, logs, type Signal, traces } from './messages.ts';
import type { OtlpEncoding, OtlpResource, OtlpScope, OtlpSpan } from './otlp-data.ts';
import { appendWriter, createWriter, type Writer, writtenBytes } from './writer.ts';

/** One request body, and which of the given items it holds: those from `start` up to, not including, `end`. */
export interface OtlpBody {
  /** Empty if every item in the range was dropped: then there is nothing to send. */
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** How many items of the range are not in `bytes`: larger than the limit by themselves, or impossible to read. */
  readonly dropped: number;
}

/** The default size limit of one request body: 4 MiB, which every common receiver takes. */
export const DEFAULT_MAX_BYTES: number = 4 * 1024 * 1024;

/**
 * Encodes spans as one OTLP `ExportTraceServiceRequest`, grouped by resource and scope (by identity), in the order
 * given within each. Use it where size does not matter; `splitBySize` bounds the size and reports what was dropped.
 *
 * Never throws: an attribute that cannot be read becomes `[unreadable]`, what lies beyond 24 levels or 65,536 values
 * becomes `[truncated]`, and a span that throws by itself is left out.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-request
 */
export function encodeTraces(spans: readonly OtlpSpan[], encoding: OtlpEncoding): Uint8Array {
  return encodeWhole(traces, encoding, spans, spanSource);
}

/**
 * Encodes log records of one resource and one scope as one OTLP `ExportLogsServiceRequest`, in the order given. The
 * observed time is the time of the record. Never throws, as `encodeTraces`.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-request
 */
export function encodeLogs(
  records: readonly LogRecord[],
  resource: OtlpResource,
  scope: OtlpScope,
  encoding: OtlpEncoding,
): Uint8Array {
  return encodeWhole(logs, encoding, records, logSource(resource, scope));
}

/**
 * Encodes spans as request bodies of at most `maxBytes` each. The bodies cover the spans in the order given, without a
 * gap, so the first span is in the first body. Yields nothing for no spans. A span larger than `maxBytes` by itself is
 * left out and counted in `dropped`.
 *
 * @param maxBytes limit of one body before compression, in bytes; default 4 MiB
 */
export function splitBySize(
  spans: readonly OtlpSpan[],
  encoding: OtlpEncoding,
  maxBytes: number = DEFAULT_MAX_BYTES,
): Generator<OtlpBody, void> {
  return packBySize(traces, encoding, spans, spanSource, maxBytes);
}

/**
 * Encodes log records as request bodies of at most `maxBytes` each, as `splitBySize` does spans.
 *
 * @param maxBytes limit of one body before compression, in bytes; default 4 MiB
 */
export function splitLogsBySize(
  records: readonly LogRecord[],
  resource: OtlpResource,
  scope: OtlpScope,
  encoding: OtlpEncoding,
  maxBytes: number = DEFAULT_MAX_BYTES,
): Generator<OtlpBody, void> {
  return packBySize(logs, encoding, records, logSource(resource, scope), maxBytes);
}

type SourceOf<Item> = (item: Item) => { resource: OtlpResource; instrumentationScope: OtlpScope };

/** What is being put into one body: a writer for the head of each resource, and one for each scope and its items. */
interface Batch {
  readonly resources: Map<OtlpResource, { head: Writer; scopes: Map<OtlpScope, Writer> }>;
  /** Upper bound of the body's size. */
  sizeBytes: number;
  count: number;
}

/** Upper bound of what frames a body, a resource or a scope: tags, lengths, brackets, names. */
const FRAME_BYTES = 64;

const spanSource: SourceOf<OtlpSpan> = (span) => span;

function logSource(resource: OtlpResource, instrumentationScope: OtlpScope): SourceOf<LogRecord> {
  const source = { resource, instrumentationScope };
  return () => source;
}

function emitterOf(encoding: OtlpEncoding): Emitter {
  return encoding === 'json' ? jsonEmitter : protobufEmitter;
}

function encodeWhole<Item>(
  signal: Signal<Item>,
  encoding: OtlpEncoding,
  items: readonly Item[],
  sourceOf: SourceOf<Item>,
): Uint8Array {
  const batch = createBatch();
  for (const item of items) addItem(batch, signal, emitterOf(encoding), item, sourceOf, Number.POSITIVE_INFINITY);
  return joinBatch(batch, signal, emitterOf(encoding));
}

function* packBySize<Item>(
  signal: Signal<Item>,
  encoding: OtlpEncoding,
  items: readonly Item[],
  sourceOf: SourceOf<Item>,
  maxBytes: number,
): Generator<OtlpBody, void> {
  const e = emitterOf(encoding);
  let batch = createBatch();
  let start = 0;
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as Item;
    if (addItem(batch, signal, e, item, sourceOf, maxBytes) || batch.count === 0) continue;
    yield takeBody(batch, signal, e, start, i);
    batch = createBatch();
    start = i;
    addItem(batch, signal, e, item, sourceOf, maxBytes);
  }
  if (items.length > 0) yield takeBody(batch, signal, e, start, items.length);
}

function createBatch(): Batch {
  return { resources: new Map(), sizeBytes: FRAME_BYTES, count: 0 };
}

/** Adds an item; false if the body would become too large. An item that throws is passed over. */
function addItem<Item>(
  batch: Batch,
  signal: Signal<Item>,
  e: Emitter,
  item: Item,
  sourceOf: SourceOf<Item>,
  maxBytes: number,
): boolean {
  let body: Writer | undefined;
  let pos = 0;
  try {
    const { resource, instrumentationScope: scope } = sourceOf(item);
    const known = batch.resources.get(resource);
    const group = known ?? { head: createWriter(1024), scopes: new Map<OtlpScope, Writer>() };
    const knownBody = group.scopes.get(scope);
    body = knownBody ?? createWriter(4096);
    pos = body.pos;
    let { sizeBytes } = batch;
    if (!known) {
      emitResource(e, group.head, resource);
      e.openList(group.head, signal.scopes);
      sizeBytes += group.head.pos + frameBytes(resource.schemaUrl);
    }
    if (!knownBody) {
      emitScope(e, body, scope);
      e.openList(body, signal.items);
      sizeBytes += frameBytes(scope.schemaUrl);
    }
    signal.emitItem(e, body, item);
    sizeBytes += body.pos - pos;
    if (sizeBytes > maxBytes) {
      body.pos = pos;
      return false;
    }
    if (!known) batch.resources.set(resource, group);
    if (!knownBody) group.scopes.set(scope, body);
    batch.sizeBytes = sizeBytes;
    batch.count++;
  } catch {
    if (body) body.pos = pos;
  }
  return true;
}

function frameBytes(schemaUrl: string | undefined): number {
  // A character is at most six bytes in either encoding.
  return FRAME_BYTES + 6 * String(schemaUrl ?? '').length;
}

function takeBody<Item>(batch: Batch, signal: Signal<Item>, e: Emitter, start: number, end: number): OtlpBody {
  const bytes = batch.count > 0 ? joinBatch(batch, signal, e) : new Uint8Array(0);
  return { bytes, start, end, dropped: end - start - batch.count };
}

function joinBatch<Item>(batch: Batch, signal: Signal<Item>, e: Emitter): Uint8Array {
  const w = createWriter(batch.sizeBytes);
  // Exact for one resource, the usual case; wrong otherwise at the cost of a shift.
  const width = varintSize(batch.sizeBytes);
  e.openRoot(w);
  const resources = e.openList(w, signal.resources);
  for (const [{ schemaUrl }, { head, scopes }] of batch.resources) {
    const start = e.open(w, 0x0a, '', width);
    appendWriter(w, head);
    for (const [scope, body] of scopes) {
      const scopeWidth = varintSize(body.pos);
      const scopeStart = e.open(w, 0x12, '', scopeWidth);
      appendWriter(w, body);
      e.closeList(w, 0);
      if (scope.schemaUrl) e.string(w, 0x1a, 'schemaUrl', scope.schemaUrl);
      e.close(w, scopeStart, scopeWidth);
    }
    e.closeList(w, 0);
    if (schemaUrl) e.string(w, 0x1a, 'schemaUrl', schemaUrl);
    e.close(w, start, width);
  }
  e.closeList(w, resources);
  e.closeRoot(w);
  return writtenBytes(w);
}
