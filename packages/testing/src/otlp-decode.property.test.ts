import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { decodeOtlp, type OtlpEncoding } from './otlp-decode.ts';
import type { OtlpSignal } from './otlp-schema.ts';

const signals = fc.constantFrom<OtlpSignal>('traces', 'logs', 'metrics');
const encodings = fc.constantFrom<OtlpEncoding>('protobuf', 'json');

const TRACE_BODY = recordBody();

describe('decodeOtlp', () => {
  it('gives a result for any bytes', () => {
    fc.assert(
      fc.property(signals, encodings, fc.uint8Array({ maxLength: 400 }), (signal, encoding, bytes) => {
        const decoded = decodeOtlp(signal, encoding, bytes);
        expect(decoded.ok ? decoded.spans : decoded.problem).toBeDefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives a result for a request with any byte changed, inserted or cut', () => {
    const position = fc.nat(TRACE_BODY.length - 1);
    fc.assert(
      fc.property(signals, position, fc.nat(255), fc.nat(2), (signal, at, byte, how) => {
        const inserted = how === 0 ? [byte] : how === 1 ? [byte, TRACE_BODY[at] ?? 0] : [];
        const damaged = Uint8Array.from([...TRACE_BODY.subarray(0, at), ...inserted, ...TRACE_BODY.subarray(at + 1)]);
        const decoded = decodeOtlp(signal, 'protobuf', damaged);
        expect(decoded.ok ? decoded.spans : decoded.problem).toBeDefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('gives a result for any JSON under the names that OTLP uses', () => {
    const names = [
      'resourceSpans',
      'scopeSpans',
      'spans',
      'attributes',
      'value',
      'arrayValue',
      'values',
      'kind',
      'traceId',
    ];
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium' },
        fc.jsonValue({ maxDepth: 1 }),
        fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 3 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (json) => {
        const decoded = decodeOtlp('traces', 'json', Buffer.from(JSON.stringify({ resourceSpans: json })));
        expect(decoded.ok ? decoded.spans : decoded.problem).toBeDefined();
      }),
      { numRuns: 1_000 },
    );
  });
});

/** A sound request with one span, which the tests damage. */
function recordBody(): Uint8Array {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const span = provider.getTracer('tests').startSpan('GET /pets', { attributes: { list: ['a', 'b'], ratio: 0.5 } });
  span.addEvent('event').setStatus({ code: 2, message: 'boom' }).end();
  return ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()) as Uint8Array;
}
