import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseOrigin, portIn } from './http-target.ts';

const name = fc.constantFrom('shop.example.com', '127.0.0.1', '[::1]', 'Shop.Example.COM', 'a');
const port = fc.option(fc.nat(65_535), { nil: undefined });

it('reads the port that the whole origin would state, for the host itself', () => {
  fc.assert(
    fc.property(name, port, fc.constantFrom('http:', 'https:'), (host, stated, protocol) => {
      const header = stated === undefined ? host : `${host}:${stated}`;
      const origin = parseOrigin(`${protocol}//${header}`);
      expect(portIn(header, origin?.host ?? '', protocol)).toBe(origin?.port);
    }),
  );
});

it('says nothing for another host, and for what is no port', () => {
  expect(portIn('other.example.com:80', 'shop.example.com', 'http:')).toBeUndefined();
  expect(portIn('', 'a', 'http:')).toBeUndefined();
  for (const rest of [':', ':x', 'x', ':8.5']) expect(portIn(`a${rest}`, 'a', 'http:')).toBeUndefined();
});

it('gives a whole number or nothing, whatever the header', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (header, host) => {
      const found = portIn(header, host, 'http:');
      expect(found === undefined || Number.isInteger(found)).toBe(true);
    }),
  );
});
