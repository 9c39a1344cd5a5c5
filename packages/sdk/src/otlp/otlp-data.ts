import type { HrTime, SpanContext } from '@opentelemetry/api';

/** The two encodings of OTLP/HTTP: `application/x-protobuf` and `application/json`. */
export type OtlpEncoding = 'protobuf' | 'json';

/** Attributes as the encoders take them: any value; what OTLP cannot carry becomes an empty value, never an error. */
export type OtlpAttributes = Readonly<Record<string, unknown>>;

/**
 * What produced the telemetry. Attributes that are still promises are left out.
 *
 * @see https://opentelemetry.io/docs/specs/otel/resource/sdk/
 */
export interface OtlpResource {
  readonly attributes: OtlpAttributes;
  readonly schemaUrl?: string | undefined;
}

/**
 * The library that made the spans or the log records.
 *
 * @see https://opentelemetry.io/docs/specs/otel/common/instrumentation-scope/
 */
export interface OtlpScope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
}

/** A link to another span, with what the limits cut from it. */
export interface OtlpLink {
  readonly context: SpanContext;
  readonly attributes?: OtlpAttributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** A timed event of a span, with what the limits cut from it. */
export interface OtlpEvent {
  readonly time: HrTime;
  readonly name: string;
  readonly attributes?: OtlpAttributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/**
 * An ended span as the encoders read it. The `ReadableSpan` of `@opentelemetry/sdk-trace` 3 and of
 * `@opentelemetry/sdk-trace-base` 2 has this shape; so may any span of our own.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#additional-span-interfaces
 */
export interface OtlpSpan {
  readonly name: string;
  /** The API's `SpanKind`: 0 internal, 1 server, 2 client, 3 producer, 4 consumer. */
  readonly kind: number;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  /** `code`: 0 unset, 1 ok, 2 error. */
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: OtlpAttributes;
  readonly links: readonly OtlpLink[];
  readonly events: readonly OtlpEvent[];
  readonly resource: OtlpResource;
  readonly instrumentationScope: OtlpScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}
