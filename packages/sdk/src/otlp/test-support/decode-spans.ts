import { encodeTraces } from '../encode.ts';
import type { OtlpEncoding, OtlpSpan } from '../otlp-data.ts';
import { decodeRequest, normalise } from './decode-wire.ts';

/** What the tests read of a decoded span. */
export interface DecodedSpan {
  name: string;
  traceId: string;
  flags: number;
  startTimeUnixNano: string;
  attributes?: unknown;
}

/** What the tests read of a decoded request. */
export interface Decoded {
  resourceSpans: {
    resource: { attributes: { key: string; value: { intValue?: string } }[] };
    scopeSpans: { scope: { name: string }; spans: DecodedSpan[] }[];
  }[];
}

/** Encodes spans and decodes the result. */
export function decode(spans: readonly OtlpSpan[], encoding: OtlpEncoding): Decoded {
  return decodeBytes(encodeTraces(spans, encoding), encoding);
}

/** Decodes a request in either encoding to the same form. */
export function decodeBytes(bytes: Uint8Array, encoding: OtlpEncoding): Decoded {
  const decoded =
    encoding === 'json' ? normalise(JSON.parse(Buffer.from(bytes).toString())) : decodeRequest(bytes, 'traces');
  return decoded as Decoded;
}

/** All spans of a request. */
export function spansOf(request: Decoded): DecodedSpan[] {
  return request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}
