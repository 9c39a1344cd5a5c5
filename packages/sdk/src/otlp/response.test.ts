import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, readPartialSuccess } from './response.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';

describe('readPartialSuccess', () => {
  it('finds nothing in an answer that took all', () => {
    const empty = [bytes(), bytes(0x0a, 0), bytes(0x0a, 2, 0x08, 0), bytes(0x12, 1, 0x61), bytes(0x08, 1)];
    for (const answer of empty) expect(readPartialSuccess(answer, PROTOBUF, 'json')).toBeUndefined();
    for (const answer of [
      '{}',
      '{"partialSuccess":null}',
      '{"partialSuccess":{}}',
      '{"partialSuccess":{"rejectedSpans":0}}',
      '{"partialSuccess":3}',
      '[]',
    ]) {
      expect(readPartialSuccess(text(answer), JSON_TYPE, 'protobuf')).toBeUndefined();
    }
  });

  it('reads the count and the message of spans and of log records as the official reader does', () => {
    // { partial_success: { rejected: 300, error_message: "ü" } } and fields of other numbers and types around them.
    const partial = [0x08, 0xac, 0x02, 0x12, 2, 0xc3, 0xbc, 0x1d, 1, 2, 3, 4, 0x21, 1, 2, 3, 4, 5, 6, 7, 8];
    const answer = bytes(0x50, 1, 0x0a, partial.length, ...partial);
    expect(readPartialSuccess(answer, PROTOBUF, 'json')).toEqual({ rejected: 300, message: 'ü' });
    expect(ProtobufTraceSerializer.deserializeResponse(answer)).toEqual({
      partialSuccess: { rejectedSpans: 300, errorMessage: 'ü' },
    });
    expect(ProtobufLogsSerializer.deserializeResponse(answer)).toEqual({
      partialSuccess: { rejectedLogRecords: 300, errorMessage: 'ü' },
    });
    const json = (partialSuccess: unknown): unknown =>
      readPartialSuccess(text(JSON.stringify({ partialSuccess })), JSON_TYPE, 'protobuf');
    expect(json({ rejectedSpans: '300', errorMessage: 'ü' })).toEqual({ rejected: 300, message: 'ü' });
    expect(json({ rejectedLogRecords: 2 })).toEqual({ rejected: 2, message: '' });
    expect(json({ errorMessage: 'take care' })).toEqual({ rejected: 0, message: 'take care' });
  });

  it('takes a count that is none for zero', () => {
    for (const rejectedSpans of ['-5', 'many', 1e300, -1, 0.5, [1], {}]) {
      const answer = text(JSON.stringify({ partialSuccess: { rejectedSpans, errorMessage: 'm' } }));
      const expected = Array.isArray(rejectedSpans) ? 1 : 0;
      expect(readPartialSuccess(answer, JSON_TYPE, 'json')).toEqual({ rejected: expected, message: 'm' });
    }
    const minusOne = [0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 0x12, 1, 0x6d];
    expect(readPartialSuccess(bytes(0x0a, minusOne.length, ...minusOne), PROTOBUF, 'json')).toEqual({
      rejected: 0,
      message: 'm',
    });
    const wrongTypes = [0x0a, 1, 0x61, 0x12, 0];
    expect(readPartialSuccess(bytes(0x0a, wrongTypes.length, ...wrongTypes), PROTOBUF, 'json')).toBeUndefined();
  });

  it('assumes the encoding of the request where the answer names none', () => {
    const json = text('{"partialSuccess":{"errorMessage":"m"}}');
    for (const type of [undefined, 'text/plain', 'application/octet-stream']) {
      expect(readPartialSuccess(json, type, 'json')).toEqual({ rejected: 0, message: 'm' });
      expect(readPartialSuccess(bytes(0x0a, 3, 0x12, 1, 0x6d), type, 'protobuf')).toEqual({
        rejected: 0,
        message: 'm',
      });
    }
  });

  it('warns of an answer that is no OTLP', () => {
    const garbage: [Buffer, string | undefined][] = [
      [text('<html>'), 'text/html'],
      [text('OK'), undefined],
      [text('null'), JSON_TYPE],
      [text('{'), JSON_TYPE],
      [bytes(0x0a, 200), PROTOBUF],
      [bytes(0x0a, 100, 1), PROTOBUF],
      [bytes(0x09, 1), PROTOBUF],
      [bytes(0x00, 1), PROTOBUF],
      [bytes(0x0b), PROTOBUF],
      [bytes(0x08, 0x80), PROTOBUF],
      [bytes(0x08, ...Array.from({ length: 12 }, () => 0xff)), PROTOBUF],
    ];
    for (const [answer, type] of garbage) {
      const kind = type ?? 'no content type';
      expect(readPartialSuccess(answer, type, 'protobuf')).toEqual({
        rejected: 0,
        message: `the answer is not OTLP (${kind}): is it an OTLP receiver?`,
      });
    }
  });

  it('gives a count and one short printable line, or nothing, whatever it reads', () => {
    const type = fc.constantFrom(PROTOBUF, JSON_TYPE, 'text/html', undefined);
    const answer = fc.oneof(
      fc.uint8Array({ maxLength: 60 }).map((given) => Buffer.from(given)),
      fc.json().map(text),
      partialBytes,
    );
    fc.assert(
      fc.property(answer, type, fc.constantFrom('protobuf', 'json'), (given, contentType, encoding) => {
        const partial = readPartialSuccess(given, contentType, encoding) ?? { rejected: 0, message: '' };
        expect(Number.isInteger(partial.rejected) && partial.rejected >= 0).toBe(true);
        for (const line of [partial.message, printable(String(given))]) {
          expect(line).toMatch(/^[^\p{Cc}\p{Cs}]{0,200}$/u);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('printable', () => {
  it('leaves what prints of the first 200 characters, on one line', () => {
    expect(printable(' two\r\n\tlines\u0007 ')).toBe('two lines');
    expect(printable('x'.repeat(5000))).toBe('x'.repeat(200));
    expect(printable(`${'x'.repeat(199)}😀`)).toBe('x'.repeat(199));
    expect(printable('')).toBe('');
  });

  it('leaves the message of a status in protobuf', () => {
    expect(printable(String(bytes(0x08, 3, 0x12, 2, 0x68, 0x69)))).toBe('hi');
    const long = 'x'.repeat(130);
    expect(printable(String(Buffer.concat([bytes(0x08, 3, 0x12, 0x82, 1), text(long)])))).toBe(long);
  });
});

/** A partial success with any text as its message. */
const partialBytes = fc.string({ unit: 'binary', maxLength: 30 }).map((message) => {
  const encoded = Buffer.from(message);
  return bytes(0x0a, encoded.length + 2, 0x12, encoded.length, ...encoded);
});

function bytes(...values: number[]): Buffer {
  return Buffer.from(values);
}

function text(value: string): Buffer {
  return Buffer.from(value);
}
