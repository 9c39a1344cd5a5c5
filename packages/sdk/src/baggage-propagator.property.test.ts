import {
  type BaggageEntry,
  baggageEntryMetadataFromString,
  type Context,
  propagation,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baggagePropagator } from './baggage-propagator.ts';
import {
  expectNothingWhenSuppressed,
  expectSameReading,
  header,
  hostile,
  NOTHING,
  passOn,
  pieces,
  RUNS,
  read,
  textOf,
  write,
} from './propagators.fixture.ts';

const library = new W3CBaggagePropagator();

const word = fc.oneof(
  fc.string({ maxLength: 8 }).map(encodeURIComponent),
  fc.constantFrom('k', '%C3%A9', '%zz', '%4', 'é'),
);
const member = fc
  .tuple(word, fc.constantFrom('=', '=', '=', ' = ', ''), word, fc.constantFrom('', '', ';', ';m', '; m=1;n', ';%zz'))
  .map((parts) => parts.join(''));
const structured = fc.array(member, { maxLength: 8 }).map((all) => all.join(','));
const messy = pieces('a', '=', ',', ';', ' ', '%', '%41', '%C3%A9', '%zz', 'b=2', '\n', '"');
// Small members run into the limit of 180, middling ones into that of 8,192 in all, large ones into that of 4,096 each.
const sizes = fc.constantFrom([1, 9], [20, 60], [1, 300, 2_000], [1, 30, 4_085, 4_091, 4_092, 4_096]);
const large = sizes
  .chain((some) => fc.array(fc.tuple(fc.nat(999), fc.constantFrom(...some)), { maxLength: 200, size: 'max' }))
  .map((all) => all.map(([name, size]) => `k${name}=${'v'.repeat(size)}`).join());

describe('baggagePropagator', () => {
  it.each([
    ['lists of members', structured],
    ['any text', messy],
    ['more than the limits allow', large],
  ])('reads %s as the library does', (_, text) => {
    fc.assert(
      fc.property(header(text.map(withoutMistakes)), (baggage) =>
        expectSameReading(baggagePropagator, library, { baggage }),
      ),
      RUNS,
    );
  });

  it('reads the text, and that alone, of carriers that hold anything', () => {
    const baggage = hostile(messy);
    fc.assert(
      fc.property(fc.record({ baggage }), (carrier) => {
        expect(read(baggagePropagator, carrier)).toStrictEqual(read(baggagePropagator, textOf(carrier)));
      }),
      RUNS,
    );
    expect(read(baggagePropagator, undefined as never)).toStrictEqual(NOTHING);
  });

  it('writes the header as the library does', () => {
    const metadata = fc.option(fc.string({ minLength: 1, maxLength: 9 }).map(baggageEntryMetadataFromString), {
      nil: undefined,
    });
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 9 }).filter((text) => !/[()]/.test(text));
    const value = fc.oneof(
      { arbitrary: fc.string({ unit: 'grapheme', maxLength: 9 }), weight: 9 },
      fc.constantFrom(60, 2_000, 4_089, 4_092, 4_099).map((size) => 'v'.repeat(size)),
    );
    const entries = fc.array(fc.tuple(name, value, metadata), { maxLength: 12, size: 'max' });
    fc.assert(
      fc.property(entries, fc.constantFrom(0, 0, 170, 200), (some, more) => {
        const many = Array.from({ length: more }, (_, at) => [`key ${at}`, 'value', undefined] as const);
        const context = contextOf([...some, ...many]);
        expect(write(baggagePropagator, context)).toStrictEqual(write(library, context));
      }),
      RUNS,
    );
    expect(write(baggagePropagator, ROOT_CONTEXT)).toStrictEqual({});
  });

  it('reads and writes members of 4,096 characters, and none longer', () => {
    const [longest, longer] = [`a=${'v'.repeat(4_094)}`, `b=${'v'.repeat(4_095)}`];
    expect(passOn(baggagePropagator, { baggage: `${longest},${longer},c=1` })).toStrictEqual({
      baggage: `${longest},c=1`,
    });
    const entries = [longest, longer].map((member) => member.split('=') as [string, string]);
    expect(write(baggagePropagator, contextOf(entries))).toStrictEqual({ baggage: longest });
  });

  it('gives back any entry that it wrote', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const list = fc.uniqueArray(
      fc.tuple(
        text.filter((key) => key !== ''),
        text,
      ),
      {
        selector: ([key]) => key,
        maxLength: 9,
      },
    );
    fc.assert(
      fc.property(list, (entries) => {
        const found = read(baggagePropagator, write(baggagePropagator, contextOf(entries))).baggage ?? [];
        expect(new Map(found.map(([key, value]) => [key, value]))).toStrictEqual(new Map(entries));
      }),
      RUNS,
    );
  });

  // https://www.w3.org/TR/baggage/#value and #key; in each the library drops the entry, or writes what may not be.
  it.each([
    [
      'an empty value',
      'a=,b=;m',
      [],
      [
        ['a', '', undefined],
        ['b', '', 'm'],
      ],
    ],
    ['octets that are not UTF-8 as U+FFFD', 'a=%ff%41%C3', [], [['a', '\ufffdA\ufffd', undefined]]],
    ['a key that is a name of objects', '__proto__=1', [], [['__proto__', '1', undefined]]],
  ])('reads %s, which the library drops', (_, baggage, theirs, ours) => {
    expect(read(library, { baggage }).baggage ?? []).toStrictEqual(theirs);
    expect(read(baggagePropagator, { baggage }).baggage).toStrictEqual(ours);
  });

  it.each([
    ['parentheses in a key, which is a token', [['f(x)', '(1)']], 'f(x)=(1)', 'f%28x%29=(1)'],
    [
      'no entry without a key',
      [
        ['', '1'],
        ['a', '2'],
      ],
      '=1,a=2',
      'a=2',
    ],
    ['no semicolon without metadata', [['a', '1', baggageEntryMetadataFromString('')]], 'a=1;', 'a=1'],
  ] as const)('writes %s, other than the library', (_, entries, theirs, ours) => {
    expect(write(library, contextOf(entries))).toStrictEqual({ baggage: theirs });
    expect(write(baggagePropagator, contextOf(entries))).toStrictEqual({ baggage: ours });
  });

  it('writes half a surrogate pair as U+FFFD, where the library throws', () => {
    const context = contextOf([
      ['a', '\ud800'],
      ['b', '2'],
    ]);
    expect(() => write(library, context)).toThrow(URIError);
    expect(write(baggagePropagator, context)).toStrictEqual({ baggage: 'a=%EF%BF%BD,b=2' });
  });

  it('passes baggage on, metadata and all', () => {
    const headers = { baggage: 'user=Am%C3%A9lie;p=1;q,tier=a=b' };
    expect(passOn(baggagePropagator, headers)).toStrictEqual({ baggage: 'user=Am%C3%A9lie;p=1;q,tier=a%3Db' });
    expect(passOn(baggagePropagator, { baggage: ['user = 7', 'tier=gold'] })).toStrictEqual({
      baggage: 'user=7,tier=gold',
    });
  });

  it('writes nothing where tracing is suppressed, and names the fields of the library', () => {
    expectNothingWhenSuppressed(baggagePropagator, contextOf([['a', '1']]));
    expect(baggagePropagator.fields()).toStrictEqual(library.fields());
  });
});

function contextOf(entries: readonly (readonly [string, string, BaggageEntry['metadata']?])[]): Context {
  const made = entries.map(([key, value, metadata]) => [key, { value, ...(metadata && { metadata }) }]);
  return propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(Object.fromEntries(made)));
}

/** Leaves out the members in which the library goes against the specification; those have tests of their own. */
function withoutMistakes(text: string): string {
  const isMistaken = (each: string): boolean => {
    const [pair = ''] = each.split(';');
    const at = pair.indexOf('=');
    const value = pair.slice(at + 1).trim();
    return (at >= 0 && value === '') || pair.slice(0, at).trim() === '__proto__' || !isUtf8(pair);
  };
  return text
    .split(',')
    .filter((each) => !isMistaken(each))
    .join();
}

/** Whether octets that are encoded well make text; what is encoded badly is read by neither. */
function isUtf8(pair: string): boolean {
  const encoded = pair.match(/(?:%[\da-f]{2})+/gi) ?? [];
  return encoded.every((octets) => !Buffer.from(octets.replaceAll('%', ''), 'hex').toString().includes('\ufffd'));
}
