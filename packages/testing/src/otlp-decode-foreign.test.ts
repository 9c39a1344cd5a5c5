import { describe, expect, it } from 'vitest';

import { decodeOtlp, type OtlpDecoded, type OtlpEncoding } from './otlp-decode.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

describe('decodeOtlp', () => {
  it('reads 64-bit integers written as strings and doubles written as words from JSON', () => {
    const attributes = [
      { key: 'big', value: { intValue: '9223372036854775807' } },
      { key: 'small', value: { intValue: '-7' } },
      { key: 'nan', value: { doubleValue: 'NaN' } },
      { key: 'nothing', value: { doubleValue: null } },
      { key: '__proto__', value: { stringValue: 'own' } },
    ];
    const [span] = decodeOk(decodeOtlp('traces', 'json', jsonSpan({ attributes }))).spans;
    expect(Object.entries(span?.attributes ?? {})).toEqual([
      ['big', 9223372036854775807n],
      ['small', -7],
      ['nan', Number.NaN],
      ['nothing', null],
      ['__proto__', 'own'],
    ]);
  });

  it.each([
    ['an enum name', { kind: 'SPAN_KIND_SERVER' }, 'Span.kind must be a number (OTLP/JSON writes enums as numbers)'],
    ['a base64 id', { traceId: 'CvdlGRbNQ92ESOshHIAxnA==' }, 'Span.traceId must be 32 hex digits'],
    ['a short id', { spanId: 'abc' }, 'Span.spanId must be 16 hex digits'],
    ['an all-zero id', { traceId: '0'.repeat(32) }, 'traceId is all zeros'],
    ['no span id', { spanId: '' }, 'spanId is absent'],
    ['a fractional time', { startTimeUnixNano: 1.5 }, 'Span.startTimeUnixNano must be an integer'],
    ['a negative time', { startTimeUnixNano: '-1' }, 'Span.startTimeUnixNano must be an integer from 0'],
    ['a number as name', { name: 5 }, 'Span.name must be a string, found 5'],
    ['an object as list', { attributes: {} }, 'Span.attributes must be an array'],
    [
      'a value of two types',
      { attributes: [{ key: 'a', value: { stringValue: 'x', intValue: 1 } }] },
      'AnyValue holds two values: stringValue and intValue',
    ],
  ])('refuses %s in JSON and says where', (_, span, problem) => {
    const decoded = decodeOtlp('traces', 'json', jsonSpan(span));
    expect(decoded).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  it.each([
    ['a truncated field', [0x0a, 0x05, 0x00], 'runs past the end'],
    ['an endless varint', new Array<number>(11).fill(0xff), 'longer than 10 bytes'],
    ['a group', [0x13], 'Wire type 3'],
    ['field number 0', [0x00], 'Field number 0'],
    ['a wrong wire type', [0x08, 0x01], 'ExportTraceServiceRequest.resourceSpans at byte 1 has wire type 0'],
    ['a short trace id', [0x0a, 7, 0x12, 5, 0x12, 3, 0x0a, 1, 0xff], 'traceId has 1 bytes, not 16'],
    ['text that is not UTF-8', [0x0a, 7, 0x12, 5, 0x12, 3, 0x2a, 1, 0xff], 'name is not valid UTF-8'],
  ])('refuses %s in protobuf and says where', (_, bytes, problem) => {
    const decoded = decodeOtlp('traces', 'protobuf', Uint8Array.from(bytes));
    expect(decoded).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  it.each<OtlpEncoding>(['protobuf', 'json'])('skips unknown fields in %s', (encoding) => {
    const body =
      encoding === 'json' ? Buffer.from('{"later":[1,{"a":2}]}') : Uint8Array.of(0xfa, 0x01, 0x02, 0x08, 0x01);
    expect(decodeOtlp('traces', encoding, body)).toEqual({ ok: true, spans: [], logs: [], metrics: [] });
  });

  it('refuses values nested deeper than 100 levels', () => {
    const value = `${'{"arrayValue":{"values":['.repeat(200)}{}${']}}'.repeat(200)}`;
    const span = `{"resourceSpans":[{"resource":{"attributes":[{"key":"a","value":${value}}]}}]}`;
    expect(decodeOtlp('traces', 'json', Buffer.from(span))).toEqual({
      ok: false,
      problem: expect.stringContaining('nested deeper than 100 levels'),
    });
  });
});

function jsonSpan(fields: object): Uint8Array {
  const span = { traceId: TRACE_ID, spanId: 'b7ad6b7169203331', name: 'any', ...fields };
  return Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
}

function decodeOk(decoded: OtlpDecoded): Extract<OtlpDecoded, { ok: true }> {
  if (!decoded.ok) throw new Error(decoded.problem);
  return decoded;
}
