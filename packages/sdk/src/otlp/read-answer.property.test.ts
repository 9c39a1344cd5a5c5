import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endsWithConnection, newReading, type Reading, readAnswer } from './read-answer.ts';

interface Sent {
  readonly text: string;
  readonly body: string;
  readonly keepsAlive: boolean;
}

const body = fc.string({ unit: 'grapheme-ascii', maxLength: 300 });
const interim = fc.constantFrom('', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n');
const name = fc.constantFrom('content-length', 'Content-Length', 'CONTENT-LENGTH');

/** Answers as servers write them, by length and in chunks, with what may stand around them. */
const answers: fc.Arbitrary<Sent> = fc
  .record({ body, interim, name, isOld: fc.boolean(), closes: fc.boolean(), cuts: fc.array(fc.nat({ max: 300 })) })
  .chain(({ body, closes, cuts, interim, isOld, name }) => {
    const connection = closes ? 'Connection: close\r\n' : 'connection: keep-alive\r\n';
    const version = isOld ? '1.0' : '1.1';
    const head = `${interim}HTTP/${version} 200 OK\r\n${connection}content-type: text/plain\r\n`;
    const byLength = `${head}${name}: ${body.length}\r\n\r\n${body}`;
    const inChunks = `${head}Transfer-Encoding: chunked\r\n\r\n${chunked(body, cuts)}`;
    return fc.constantFrom(byLength, inChunks).map((text) => ({ text, body, keepsAlive: !closes }));
  });

describe('an answer', () => {
  it('is read the same however its bytes are cut', () => {
    fc.assert(
      fc.property(answers, fc.array(fc.nat({ max: 600 })), ({ body, keepsAlive, text }, cuts) => {
        const reading = newReading();
        const pieces = cutAt(text, cuts);
        const wholes = pieces.map((piece) => readAnswer(reading, reused(piece)));
        expect(wholes).toEqual(pieces.map((_, i) => i === pieces.length - 1));
        expect([bodyOf(reading), reading.sizeBytes, reading.keepsAlive]).toEqual([body, body.length, keepsAlive]);
        expect(reading.head?.statusCode).toBe(200);
        if (body !== '') expect(reading.head?.headers['content-type']).toBe('text/plain');
      }),
    );
  });

  it('of any bytes is read, waited for, or refused by a code', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'HTTP/1.1 200 OK',
        '\r\n',
        '\r\n\r\n',
        'content-length: 5',
        'transfer-encoding: chunked',
        '5',
        '0',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat({ max: 200 })), (parts, cuts) => {
        const outcomes = [[], cuts].map((places) => outcomeOf(cutAt(parts.join(''), places)));
        for (const outcome of outcomes) expect(outcome).toMatch(/^(whole|open|HPE_INVALID_CONSTANT|ECONNRESET)/);
        expect(outcomes[1]).toBe(outcomes[0]);
      }),
    );
  });
});

it.each([
  ['HTTP/1.1 204 No Content\r\n\r\n', 204],
  ['HTTP/1.1 304 X\r\ncontent-length: 7\r\n\r\n', 304],
  ['HTTP/1.1 202\r\ncontent-length:0\r\n\r\n', 202],
  ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 101],
])('%j has no body', (text, statusCode) => {
  const reading = newReading();
  expect(readAnswer(reading, Buffer.from(text))).toBe(true);
  expect([reading.head?.statusCode, reading.chunks]).toEqual([statusCode, []]);
});

it('without a length ends with its connection', () => {
  const reading = newReading();
  expect(endsWithConnection(reading)).toBe(false);
  expect(readAnswer(reading, Buffer.from('HTTP/1.1 200 OK\r\n\r\nsome'))).toBe(false);
  expect([endsWithConnection(reading), bodyOf(reading), reading.keepsAlive]).toEqual([true, 'some', false]);
});

it('that more bytes follow makes its connection useless', () => {
  const reading = newReading();
  expect(readAnswer(reading, Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab'))).toBe(true);
  expect([bodyOf(reading), reading.keepsAlive]).toEqual(['a', false]);
});

it.each([
  ['a head without end', `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(17_000)}`],
  ['another protocol', '\0\0\x18\x04'],
  ['another version', 'HTTP/2 200 OK\r\n\r\n'],
  ['no status', 'HTTP/1.1 OK\r\n\r\n'],
  ['a chunk without size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nx\r\n'],
  ['a chunk longer than it says', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nab\r\n'],
])('%s is refused', (_what, text) => {
  expect(() => readAnswer(newReading(), Buffer.from(text))).toThrow('HPE_INVALID_CONSTANT');
});

function outcomeOf(pieces: readonly string[]): string {
  const reading = newReading();
  try {
    // What follows a whole answer is not read.
    const isWhole = pieces.some((piece) => readAnswer(reading, reused(piece)));
    return `${isWhole ? 'whole' : 'open'} ${reading.head?.statusCode} ${bodyOf(reading)}`;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}

/** Bytes in memory that is used for something else afterwards. */
function reused(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  queueMicrotask(() => bytes.fill(0));
  return bytes;
}

function bodyOf({ chunks }: Reading): string {
  return Buffer.concat(chunks).toString('latin1');
}

function chunked(text: string, cuts: readonly number[]): string {
  const chunks = cutAt(text, cuts).filter((piece) => piece !== '');
  return `${chunks.map((chunk) => `${chunk.length.toString(16)};x=1\r\n${chunk}\r\n`).join('')}0\r\nTrailer: x\r\n\r\n`;
}

function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.filter((place) => place < text.length).sort((a, b) => a - b), text.length];
  return places.slice(1).map((place, i) => text.slice(places[i], place));
}
