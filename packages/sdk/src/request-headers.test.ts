import { expect, it, vi } from 'vitest';
import { askHeaders, type OutgoingRequest, requestHeaders } from './request-headers.ts';

const request: OutgoingRequest = {
  method: 'POST',
  url: 'http://c/v1/traces',
  headers: { a: '1' },
  body: Buffer.from('x'),
};

it('asks nobody for headers that stand still', () => {
  expect(requestHeaders({ a: '1' }, undefined)).toBeUndefined();
  expect(requestHeaders(undefined, undefined)).toBeUndefined();
});

it('fetches headers once in five minutes, and again at once after a failure', async () => {
  vi.useFakeTimers();
  let calls = 0;
  const fetched = requestHeaders(async () => {
    calls += 1;
    if (calls === 2) throw new Error('no secrets today');
    return { 'x-key': String(calls) };
  }, undefined);
  const ask = () => askHeaders(fetched as NonNullable<typeof fetched>, request, 1000);
  expect(await Promise.all([ask(), ask()])).toEqual(Array(2).fill({ headers: { 'x-key': '1' } }));
  vi.setSystemTime(Date.now() + 299_999);
  expect(await ask()).toEqual({ headers: { 'x-key': '1' } });
  vi.setSystemTime(Date.now() + 1);
  expect((await ask()).fault?.message).toContain('no secrets today');
  expect(await ask()).toEqual({ headers: { 'x-key': '3' } });
  vi.useRealTimers();
});

it('shows the signer what was fetched, and lets it win', async () => {
  const signed = requestHeaders(
    () => ({ b: 'fetched', c: 'fetched' }),
    ({ headers }) => ({ c: 'signed', seen: Object.keys(headers).join() }),
  );
  expect(await askHeaders(signed as NonNullable<typeof signed>, request, 1000)).toEqual({
    headers: { b: 'fetched', c: 'signed', seen: 'a,b,c' },
  });
});

it('waits no longer than it may, and survives a signer that throws at once', async () => {
  const slow = await askHeaders(() => new Promise(() => {}), request, 10);
  expect(slow.fault).toEqual({
    reason: 'headers',
    message: 'was not asked, because its headers could not be had: not in time',
  });
  const bad = await askHeaders(
    () => {
      throw new TypeError('no key');
    },
    request,
    10,
  );
  expect(bad.fault?.message).toMatch(/no key$/);
});
