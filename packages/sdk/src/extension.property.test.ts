import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readEvent, readIdentifier } from './extension.ts';

const noise = fc.oneof(
  fc.string(),
  fc.string({
    unit: fc.constantFrom(
      '\r',
      '\n',
      ':',
      ' ',
      'H',
      'T',
      'P',
      '/',
      '1',
      '.',
      '2',
      '0',
      'lambda-extension-identifier',
      '"',
      '{',
    ),
  }),
);

it('reads an identifier from a whole answer of 200 only, and one that a header can carry', () => {
  fc.assert(
    fc.property(fc.constantFrom('HTTP/1.1 200 OK', 'HTTP/1.1 403 No', 'HTTP/2 200', ''), noise, (status, rest) => {
      const id = readIdentifier(`${status}\r\n${rest}`);
      if (id === undefined) return;
      expect(status).toBe('HTTP/1.1 200 OK');
      expect(id).toMatch(/^[!-~]+$/);
    }),
  );
});

it('finds the identifier among other headers, in any case', () => {
  const name = 'Lambda-Extension-Identifier';
  fc.assert(
    fc.property(fc.uuid(), fc.boolean(), fc.boolean(), (id, isLower, isFirst) => {
      const own = `${isLower ? name.toLowerCase() : name}: ${id}`;
      const headers = isFirst ? [own, 'Content-Length: 2'] : ['Content-Length: 2', own];
      expect(readIdentifier(`HTTP/1.1 200 OK\r\n${headers.join('\r\n')}\r\n\r\n{}`)).toBe(id);
    }),
  );
});

it('reads any event without throwing, and only what is what it should be', () => {
  fc.assert(
    fc.property(fc.oneof(noise, fc.json()), (text) => {
      const { deadlineMs, requestId } = readEvent(text);
      expect(['number', 'undefined']).toContain(typeof deadlineMs);
      expect(['string', 'undefined']).toContain(typeof requestId);
    }),
  );
});

it('gives back what a right event says', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 0 }), (requestId, deadlineMs) => {
      const event = { eventType: 'INVOKE', requestId, deadlineMs, tracing: {} };
      expect(readEvent(JSON.stringify(event))).toEqual({ requestId, deadlineMs });
    }),
  );
});
