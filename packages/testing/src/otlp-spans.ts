import type { OtlpMessage } from './otlp-schema.ts';
import {
  bigint,
  inner,
  messages,
  number,
  optionalText,
  readAttributes,
  type SinkAttributes,
  type SinkOrigin,
  text,
  visitItems,
} from './otlp-values.ts';

/** Span kinds as OTLP names them, without the prefix. */
export type SpanKindName = 'UNSPECIFIED' | 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';

/** Status codes as OTLP names them, without the prefix. */
export type StatusCodeName = 'UNSET' | 'OK' | 'ERROR';

/** One received span, decoded to plain values. */
export interface SinkSpan extends SinkOrigin {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** 16 lower-case hex digits; undefined for a root. */
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: SpanKindName;
  readonly startUnixNano: bigint;
  readonly endUnixNano: bigint;
  /** End minus start, in milliseconds with fractions. */
  readonly durationMs: number;
  readonly attributes: SinkAttributes;
  readonly events: readonly SinkSpanEvent[];
  readonly links: readonly SinkSpanLink[];
  readonly status: { readonly code: StatusCodeName; readonly message?: string };
  /** W3C trace flags in the low byte, "is remote" bits above them. */
  readonly flags: number;
  readonly traceState: string | undefined;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** An event of a span. */
export interface SinkSpanEvent {
  readonly name: string;
  readonly timeUnixNano: bigint;
  readonly attributes: SinkAttributes;
  readonly droppedAttributesCount: number;
}

/** A link of a span. */
export interface SinkSpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string | undefined;
  readonly flags: number;
  readonly attributes: SinkAttributes;
  readonly droppedAttributesCount: number;
}

/**
 * Gives every span of a decoded ExportTraceServiceRequest its public shape, in the order of the request.
 *
 * @throws Error when an attribute value breaks its `oneof`, or a span has no ids.
 */
export function readSpans(request: OtlpMessage): SinkSpan[] {
  const spans: SinkSpan[] = [];
  visitItems(request, { resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans' }, (span, origin) => {
    spans.push(readSpan(span, origin));
  });
  return spans;
}

const KINDS: readonly SpanKindName[] = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const CODES: readonly StatusCodeName[] = ['UNSET', 'OK', 'ERROR'];

function readSpan(span: OtlpMessage, origin: SinkOrigin): SinkSpan {
  const startUnixNano = bigint(span, 'startTimeUnixNano');
  const endUnixNano = bigint(span, 'endTimeUnixNano');
  return {
    traceId: requiredId(span, 'traceId'),
    spanId: requiredId(span, 'spanId'),
    parentSpanId: optionalText(span, 'parentSpanId'),
    name: text(span, 'name'),
    kind: KINDS[number(span, 'kind')] ?? 'UNSPECIFIED',
    startUnixNano,
    endUnixNano,
    durationMs: Number(endUnixNano - startUnixNano) / 1e6,
    attributes: readAttributes(span),
    events: messages(span, 'events').map(readEvent),
    links: messages(span, 'links').map(readLink),
    status: readStatus(inner(span, 'status')),
    flags: number(span, 'flags'),
    traceState: optionalText(span, 'traceState'),
    droppedAttributesCount: number(span, 'droppedAttributesCount'),
    droppedEventsCount: number(span, 'droppedEventsCount'),
    droppedLinksCount: number(span, 'droppedLinksCount'),
    ...origin,
  };
}

function readEvent(event: OtlpMessage): SinkSpanEvent {
  return {
    name: text(event, 'name'),
    timeUnixNano: bigint(event, 'timeUnixNano'),
    attributes: readAttributes(event),
    droppedAttributesCount: number(event, 'droppedAttributesCount'),
  };
}

function readLink(link: OtlpMessage): SinkSpanLink {
  return {
    traceId: requiredId(link, 'traceId'),
    spanId: requiredId(link, 'spanId'),
    traceState: optionalText(link, 'traceState'),
    flags: number(link, 'flags'),
    attributes: readAttributes(link),
    droppedAttributesCount: number(link, 'droppedAttributesCount'),
  };
}

function readStatus(status: OtlpMessage | undefined): SinkSpan['status'] {
  const code = CODES[number(status, 'code')] ?? 'UNSET';
  const message = optionalText(status, 'message');
  return message === undefined ? { code } : { code, message };
}

function requiredId(message: OtlpMessage, field: string): string {
  const id = text(message, field);
  // The specification calls an absent or all-zero id invalid, and backends drop such spans without a word.
  if (/^0*$/.test(id)) throw new Error(`${field} is ${id === '' ? 'absent' : 'all zeros'}.`);
  return id;
}
