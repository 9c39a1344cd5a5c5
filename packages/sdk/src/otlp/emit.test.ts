import { describe, expect, it } from 'vitest';
import { varintSize } from './emit-protobuf.ts';
import { encodeTraces } from './encode.ts';
import { decode, spansOf } from './test-support/decode-spans.ts';
import { makeSpan } from './test-support/make-span.ts';

describe.each(['protobuf', 'json'] as const)('text as %s', (encoding) => {
  const namesOf = (names: string[]): string[] =>
    spansOf(
      decode(
        names.map((name) => makeSpan({ name })),
        encoding,
      ),
    ).map(({ name }) => name);

  it('keeps every character, each alone and within other text', () => {
    const names = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code));
    expect(namesOf(names)).toEqual(names);
    const within = names.map((character) => `ab${character}${'c'.repeat(150)}`);
    expect(namesOf(within)).toEqual(within);
  });

  it('keeps text of every length around the sizes where a length grows or the way of writing changes', () => {
    const lengths = [0, 63, 64, 127, 128, 2 ** 14, 2 ** 21].flatMap((length) => [length - 1, length, length + 1]);
    for (const character of ['x', 'ü', '"', '🦊']) {
      const names = lengths.filter((length) => length > 0).map((length) => character.repeat(length));
      expect(namesOf(names)).toEqual(names);
    }
  }, 20_000);

  it('grows its buffer wherever it ends', () => {
    for (let length = 3600; length < 4200; length++) {
      for (const character of ['x', '"']) {
        const attributes = { a: character.repeat(length), b: { c: ['d'] }, e: 'f' };
        const [span] = spansOf(decode([makeSpan({ attributes })], encoding));
        expect(span?.attributes).toMatchObject([{ value: { stringValue: attributes.a } }, {}, { key: 'e' }]);
      }
    }
    const bytes = Buffer.alloc(20_000, 'z');
    const [span] = spansOf(decode([makeSpan({ attributes: { bytes } })], encoding));
    expect(span?.attributes).toEqual([{ key: 'bytes', value: { bytesValue: bytes.toString('base64') } }]);
  });
});

it('measures a length as protobuf writes it', () => {
  const sizes = [0, 2 ** 7 - 1, 2 ** 7, 2 ** 14 - 1, 2 ** 14, 2 ** 21 - 1, 2 ** 21, 2 ** 28 - 1, 2 ** 28].map(
    varintSize,
  );
  expect(sizes).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5]);
});

it('escapes in JSON only what has to be', () => {
  const json = Buffer.from(encodeTraces([makeSpan({ name: '\u007f<>&/\u2028' })], 'json')).toString();
  expect(json).toContain('"name":"\u007f<>&/\u2028"');
});
