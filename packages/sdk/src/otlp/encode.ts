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

/** Encodes spans as they end: see {@link splitBySize}. What has been encoded takes a tenth of the memory of a span. */
export function packSpans(encoding: OtlpEncoding, maxBytes: number = DEFAULT_MAX_BYTES): Packer<OtlpSpan> {
  return makePacker(traces, encoding, spanSource, maxBytes);
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

/** One body in the making. */
interface Batch<Item> {
  /** Adds an item; false if the body would become too large. An item that throws is passed over. */
  readonly add: (item: Item) => boolean;
  readonly count: () => number;
  readonly join: () => Uint8Array;
}

/** Upper bound of what frames a body, a resource or a scope: tags, lengths, brackets, names. */
const FRAME_BYTES = 64;

const spanSource: SourceOf<OtlpSpan> = (span) => span;

function logSource(resource: OtlpResource, instrumentationScope: OtlpScope): SourceOf<LogRecord> {
  const source = { resource, instrumentationScope };
  return () => source;
}

function encodeWhole<Item>(
  signal: Signal<Item>,
  encoding: OtlpEncoding,
  items: readonly Item[],
  sourceOf: SourceOf<Item>,
): Uint8Array {
  const batch = makeBatch(signal, encoding, sourceOf, Infinity);
  for (const item of items) batch.add(item);
  return batch.join();
}

function* packBySize<Item>(
  signal: Signal<Item>,
  encoding: OtlpEncoding,
  items: readonly Item[],
  sourceOf: SourceOf<Item>,
  maxBytes: number,
): Generator<OtlpBody, void> {
  const packer = makePacker(signal, encoding, sourceOf, maxBytes);
  for (const item of items) yield* packer.add(item);
  yield* packer.end();
}

/** Fills one body after the other. */
export interface Packer<Item> {
  /** Adds an item; gives the body before it when that has no room for it, else nothing. */
  add(item: Item): readonly OtlpBody[];
  /** The last body; nothing when nothing was added. */
  end(): readonly OtlpBody[];
}

function makePacker<Item>(
  signal: Signal<Item>,
  encoding: OtlpEncoding,
  sourceOf: SourceOf<Item>,
  maxBytes: number,
): Packer<Item> {
  let batch = makeBatch(signal, encoding, sourceOf, maxBytes);
  let start = 0;
  let next = 0;
  const take = (end: number): OtlpBody => {
    const count = batch.count();
    return { bytes: count > 0 ? batch.join() : new Uint8Array(0), start, end, dropped: end - start - count };
  };
  return {
    add(item) {
      const index = next++;
      if (batch.add(item) || batch.count() === 0) return NONE;
      const full = take(index);
      batch = makeBatch(signal, encoding, sourceOf, maxBytes);
      start = index;
      batch.add(item);
      return [full];
    },
    end: () => (next > 0 ? [take(next)] : NONE),
  };
}

const NONE: readonly OtlpBody[] = [];

function makeBatch<Item>(
  signal: Signal<Item>,
  encoding: OtlpEncoding,
  sourceOf: SourceOf<Item>,
  maxBytes: number,
): Batch<Item> {
  const e = encoding === 'json' ? jsonEmitter : protobufEmitter;
  /** A writer for the head of each resource, and one for each scope and its items. */
  const resources = new Map<OtlpResource, { head: Writer; scopes: Map<OtlpScope, Writer> }>();
  /** Upper bound. */
  let bodyBytes = FRAME_BYTES;
  let count = 0;

  const add = (item: Item): boolean => {
    let body: Writer | undefined;
    let pos = 0;
    try {
      const { resource, instrumentationScope: scope } = sourceOf(item);
      const known = resources.get(resource);
      const group = known ?? { head: createWriter(1024), scopes: new Map<OtlpScope, Writer>() };
      const knownBody = group.scopes.get(scope);
      body = knownBody ?? createWriter(4096);
      pos = body.pos;
      let sizeBytes = bodyBytes;
      if (!known) {
        emitResource(e, group.head, resource);
        e.openList(group.head, signal.scopes);
        sizeBytes += group.head.pos + frameBytes(resource);
      }
      if (!knownBody) {
        emitScope(e, body, scope);
        e.openList(body, signal.items);
        sizeBytes += frameBytes(scope);
      }
      signal.emitItem(e, body, item);
      sizeBytes += body.pos - pos;
      if (sizeBytes > maxBytes) {
        body.pos = pos;
        return false;
      }
      resources.set(resource, group);
      group.scopes.set(scope, body);
      bodyBytes = sizeBytes;
      count++;
    } catch {
      if (body) body.pos = pos;
    }
    return true;
  };

  const join = (): Uint8Array => {
    const w = createWriter(bodyBytes);
    // Exact for one resource, the usual case; wrong otherwise at the cost of a shift.
    const width = varintSize(bodyBytes);
    e.openRoot(w);
    const list = e.openList(w, signal.resources);
    for (const [resource, { head, scopes }] of resources) {
      const start = e.open(w, 0x0a, '', width);
      appendWriter(w, head);
      for (const [scope, body] of scopes) {
        const scopeWidth = varintSize(body.pos);
        const scopeStart = e.open(w, 0x12, '', scopeWidth);
        appendWriter(w, body);
        closeSource(e, w, scope, scopeStart, scopeWidth);
      }
      closeSource(e, w, resource, start, width);
    }
    e.closeList(w, list);
    e.closeRoot(w);
    return writtenBytes(w);
  };

  return { add, count: () => count, join };
}

/** Ends what came of a resource or a scope: the list that it holds, its schema and itself. */
function closeSource(
  e: Emitter,
  w: Writer,
  { schemaUrl }: OtlpResource | OtlpScope,
  start: number,
  width: number,
): void {
  e.closeList(w, 0);
  if (schemaUrl) e.string(w, 0x1a, 'schemaUrl', schemaUrl);
  e.close(w, start, width);
}

function frameBytes({ schemaUrl = '' }: OtlpResource | OtlpScope): number {
  // A character is at most six bytes in either encoding.
  return FRAME_BYTES + 6 * String(schemaUrl).length;
}
