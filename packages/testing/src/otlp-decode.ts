import { decodeJson } from './otlp-decode-json.ts';
import { decodeProtobuf } from './otlp-decode-protobuf.ts';
import { readLogs, type SinkLog } from './otlp-logs.ts';
import { readMetrics, type SinkMetric } from './otlp-metrics.ts';
import { type OtlpSignal, REQUEST_OF } from './otlp-schema.ts';
import { readSpans, type SinkSpan } from './otlp-spans.ts';

/** The two OTLP/HTTP body encodings. */
export type OtlpEncoding = 'protobuf' | 'json';

/** What a body holds; the lists of the other two signals are empty. */
export interface OtlpData {
  readonly spans: readonly SinkSpan[];
  readonly logs: readonly SinkLog[];
  readonly metrics: readonly SinkMetric[];
}

/** A decoded body, or the reason why it is not OTLP. */
export type OtlpDecoded = ({ readonly ok: true } & OtlpData) | { readonly ok: false; readonly problem: string };

/**
 * Decodes the body of an OTLP/HTTP request, uncompressed, in either encoding to the same plain shape. Use it to look
 * at bytes that you captured yourself; {@link startSink} does it for you. Never throws: a body that is not OTLP gives
 * the reason.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/
 */
export function decodeOtlp(signal: OtlpSignal, encoding: OtlpEncoding, body: Uint8Array): OtlpDecoded {
  try {
    const decode = encoding === 'json' ? decodeJson : decodeProtobuf;
    const request = decode(REQUEST_OF[signal], body);
    return {
      ok: true,
      spans: signal === 'traces' ? readSpans(request) : [],
      logs: signal === 'logs' ? readLogs(request) : [],
      metrics: signal === 'metrics' ? readMetrics(request) : [],
    };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
}
