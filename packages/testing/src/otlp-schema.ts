/** The three OTLP signals that this kit can receive. */
export type OtlpSignal = 'traces' | 'logs' | 'metrics';

/** A decoded message before it is given its public shape: field names as in OTLP/JSON, absent fields absent. */
export interface OtlpMessage {
  [field: string]: OtlpRaw | undefined;
}

/** One decoded field: 64-bit integers are bigint, ids are lower-case hex, bytes are Uint8Array. */
export type OtlpRaw = string | number | bigint | boolean | Uint8Array | OtlpMessage | OtlpRaw[];

/** How one field is written; `type` is a scalar or the name of another message of the table. */
export interface OtlpField {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly repeated: boolean;
}

/** One message of the table, by field number (protobuf) and by field name (JSON). */
export interface OtlpMessageType {
  readonly name: string;
  readonly byNumber: ReadonlyMap<number, OtlpField>;
  readonly byName: ReadonlyMap<string, OtlpField>;
}

/** The message that a body of this signal holds. */
export const REQUEST_OF: Readonly<Record<OtlpSignal, string>> = {
  traces: 'ExportTraceServiceRequest',
  logs: 'ExportLogsServiceRequest',
  metrics: 'ExportMetricsServiceRequest',
};

/**
 * Looks a message up in the table of OTLP messages; undefined when the name is that of a scalar.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto
 */
export function messageType(name: string): OtlpMessageType | undefined {
  return TYPES.get(name);
}

// One line per field: `name number type`, a `*` after the type means repeated.
// `id16` and `id8` are bytes fields of that length (or empty) which OTLP/JSON writes as hex instead of base64.
const TABLE: Readonly<Record<string, string>> = {
  ExportTraceServiceRequest: 'resourceSpans 1 ResourceSpans*',
  ResourceSpans: 'resource 1 Resource; scopeSpans 2 ScopeSpans*; schemaUrl 3 string',
  ScopeSpans: 'scope 1 InstrumentationScope; spans 2 Span*; schemaUrl 3 string',
  Span: `traceId 1 id16; spanId 2 id8; traceState 3 string; parentSpanId 4 id8; name 5 string; kind 6 enum;
    startTimeUnixNano 7 fixed64; endTimeUnixNano 8 fixed64; attributes 9 KeyValue*; droppedAttributesCount 10 uint32;
    events 11 SpanEvent*; droppedEventsCount 12 uint32; links 13 SpanLink*; droppedLinksCount 14 uint32;
    status 15 Status; flags 16 fixed32`,
  SpanEvent: 'timeUnixNano 1 fixed64; name 2 string; attributes 3 KeyValue*; droppedAttributesCount 4 uint32',
  SpanLink: `traceId 1 id16; spanId 2 id8; traceState 3 string; attributes 4 KeyValue*; droppedAttributesCount 5 uint32;
    flags 6 fixed32`,
  Status: 'message 2 string; code 3 enum',

  ExportLogsServiceRequest: 'resourceLogs 1 ResourceLogs*',
  ResourceLogs: 'resource 1 Resource; scopeLogs 2 ScopeLogs*; schemaUrl 3 string',
  ScopeLogs: 'scope 1 InstrumentationScope; logRecords 2 LogRecord*; schemaUrl 3 string',
  LogRecord: `timeUnixNano 1 fixed64; severityNumber 2 enum; severityText 3 string; body 5 AnyValue;
    attributes 6 KeyValue*; droppedAttributesCount 7 uint32; flags 8 fixed32; traceId 9 id16; spanId 10 id8;
    observedTimeUnixNano 11 fixed64; eventName 12 string`,

  ExportMetricsServiceRequest: 'resourceMetrics 1 ResourceMetrics*',
  ResourceMetrics: 'resource 1 Resource; scopeMetrics 2 ScopeMetrics*; schemaUrl 3 string',
  ScopeMetrics: 'scope 1 InstrumentationScope; metrics 2 Metric*; schemaUrl 3 string',
  Metric: `name 1 string; description 2 string; unit 3 string; gauge 5 Gauge; sum 7 Sum; histogram 9 Histogram;
    exponentialHistogram 10 ExponentialHistogram; summary 11 Summary; metadata 12 KeyValue*`,
  Gauge: 'dataPoints 1 NumberDataPoint*',
  Sum: 'dataPoints 1 NumberDataPoint*; aggregationTemporality 2 enum; isMonotonic 3 bool',
  Histogram: 'dataPoints 1 HistogramDataPoint*; aggregationTemporality 2 enum',
  ExponentialHistogram: 'dataPoints 1 ExponentialHistogramDataPoint*; aggregationTemporality 2 enum',
  Summary: 'dataPoints 1 SummaryDataPoint*',
  NumberDataPoint: `startTimeUnixNano 2 fixed64; timeUnixNano 3 fixed64; asDouble 4 double; asInt 6 sfixed64;
    attributes 7 KeyValue*; flags 8 uint32`,
  HistogramDataPoint: `startTimeUnixNano 2 fixed64; timeUnixNano 3 fixed64; count 4 fixed64; sum 5 double;
    bucketCounts 6 fixed64*; explicitBounds 7 double*; attributes 9 KeyValue*; flags 10 uint32; min 11 double;
    max 12 double`,
  ExponentialHistogramDataPoint: `attributes 1 KeyValue*; startTimeUnixNano 2 fixed64; timeUnixNano 3 fixed64;
    count 4 fixed64; sum 5 double; scale 6 sint32; zeroCount 7 fixed64; positive 8 Buckets; negative 9 Buckets;
    flags 10 uint32; min 12 double; max 13 double; zeroThreshold 14 double`,
  Buckets: 'offset 1 sint32; bucketCounts 2 uint64*',
  SummaryDataPoint: `startTimeUnixNano 2 fixed64; timeUnixNano 3 fixed64; count 4 fixed64; sum 5 double;
    quantileValues 6 ValueAtQuantile*; attributes 7 KeyValue*; flags 8 uint32`,
  ValueAtQuantile: 'quantile 1 double; value 2 double',

  Resource: 'attributes 1 KeyValue*; droppedAttributesCount 2 uint32',
  InstrumentationScope: 'name 1 string; version 2 string; attributes 3 KeyValue*; droppedAttributesCount 4 uint32',
  KeyValue: 'key 1 string; value 2 AnyValue',
  AnyValue: `stringValue 1 string; boolValue 2 bool; intValue 3 int64; doubleValue 4 double; arrayValue 5 ArrayValue;
    kvlistValue 6 KeyValueList; bytesValue 7 bytes`,
  ArrayValue: 'values 1 AnyValue*',
  KeyValueList: 'values 1 KeyValue*',
};

const TYPES: ReadonlyMap<string, OtlpMessageType> = new Map(
  Object.entries(TABLE).map(([name, lines]) => {
    const fields = lines.split(';').map(parseField);
    const byNumber = new Map(fields.map((field) => [field.number, field]));
    const byName = new Map(fields.map((field) => [field.name, field]));
    return [name, { name, byNumber, byName }];
  }),
);

function parseField(line: string): OtlpField {
  const [name = '', number = '', type = ''] = line.trim().split(/\s+/);
  return { name, number: Number(number), type: type.replace('*', ''), repeated: type.endsWith('*') };
}
