import { describe, expect, it } from 'vitest';
import type { OtlpAttributes } from './otlp-data.ts';
import { decode, spansOf } from './test-support/decode-spans.ts';
import { makeSpan } from './test-support/make-span.ts';

describe.each(['protobuf', 'json'] as const)('attributes as %s', (encoding) => {
  const attributesOf = (attributes: OtlpAttributes): unknown =>
    spansOf(decode([makeSpan({ attributes })], encoding))[0]?.attributes;
  const anyOf = (value: unknown): unknown => (attributesOf({ value }) as { value: unknown }[])[0]?.value;

  it('writes a value that throws as unreadable and keeps the others', () => {
    const hostile = {
      before: 1,
      get getter(): unknown {
        throw new Error('no');
      },
      nested: {
        get getter(): unknown {
          throw new Error('no');
        },
      },
      proxy: new Proxy({}, { ownKeys: fail, get: fail, getPrototypeOf: fail }),
      revoked: revoked(),
      bytes: new Proxy(new Uint8Array(3), {}),
      after: 2,
    };
    const unreadable = { stringValue: '[unreadable]' };
    expect(attributesOf(hostile)).toEqual([
      { key: 'before', value: { intValue: '1' } },
      { key: 'getter', value: unreadable },
      { key: 'nested', value: unreadable },
      { key: 'proxy', value: unreadable },
      { key: 'revoked', value: unreadable },
      { key: 'bytes', value: unreadable },
      { key: 'after', value: { intValue: '2' } },
    ]);
  });

  it('writes no attributes where the record of them is missing or refuses to tell', () => {
    expect(attributesOf(undefined as never)).toBeUndefined();
    expect(attributesOf(null as never)).toBeUndefined();
    expect(attributesOf(revoked() as never)).toBeUndefined();
  });

  it('writes what OTLP has no type for as an empty value', () => {
    for (const value of [undefined, null, () => 1, Symbol('s')]) expect(anyOf(value)).toEqual({});
  });

  it('ends on cyclic values', () => {
    const cycle: { name: string; self?: unknown } = { name: 'cycle' };
    cycle.self = cycle;
    const loop: unknown[] = [];
    loop.push(loop);
    let depth = 0;
    let value = (anyOf(loop) as { arrayValue?: { values: unknown[] } }).arrayValue?.values[0];
    for (; isArray(value); depth++) value = value.arrayValue.values[0];
    expect(value).toEqual({ stringValue: '[truncated]' });
    expect(depth).toBe(23);
    expect(JSON.stringify(anyOf(cycle)).match(/cycle/g)).toHaveLength(24);
  });

  it('ends on values that unfold without end, and on arrays of a billion holes', () => {
    let bomb: unknown = 'x';
    for (let i = 0; i < 20; i++) bomb = [bomb, bomb];
    const large = Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [i, i]));
    for (const value of [bomb, new Array(1_000_000_000), large]) {
      const text = JSON.stringify(anyOf(value));
      expect(text.match(/\[truncated\]/g)).toHaveLength(1);
      expect(text.length).toBeLessThan(10_000_000);
    }
  });
});

function isArray(value: unknown): value is { arrayValue: { values: unknown[] } } {
  return typeof value === 'object' && value !== null && 'arrayValue' in value;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function fail(): never {
  throw new Error('no');
}
