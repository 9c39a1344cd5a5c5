import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { cleanUp, open } from './test-support/serve.ts';

afterEach(cleanUp);

describe('openTarget', () => {
  it('takes the URL apart as it is, and shows no secret of it', () => {
    const target = open({ url: 'https://me:secret@[::1]:4318/base//v1/traces/?key=a%2Fb' });
    expect(target.url).toBe('https://[::1]:4318/base//v1/traces/');
    expect(target.address).toEqual({
      method: 'POST',
      protocol: 'https:',
      hostname: '::1',
      port: '4318',
      path: '/base//v1/traces/?key=a%2Fb',
      auth: 'me:secret',
    });
  });

  it('gives an empty path a slash, and the scheme its port', () => {
    const { address } = open({ url: 'http://collector' });
    expect(address).toEqual({ method: 'POST', protocol: 'http:', hostname: 'collector', port: '', path: '/' });
  });

  it('keeps credentials that are not percent-encoded', () => {
    expect(open({ url: 'http://a%zz:b@collector' }).address.auth).toBe('a%zz:b');
  });

  it('throws for what is no URL', () => {
    for (const url of ['', 'localhost', 'http://', 'http://a b/', '/v1/traces']) {
      expect(() => open({ url })).toThrow(TypeError);
    }
  });

  it('refuses TLS texts that are not PEM, and a key that is not the certificate’s', () => {
    for (const tls of [{ ca: 'garbage' }, { ca: '' }, { cert: 'garbage' }, { key: Buffer.from('garbage') }]) {
      expect(() => open({ url: 'https://127.0.0.1/', tls })).toThrow(
        /^The TLS files for https:\/\/127\.0\.0\.1\/ cannot be used: .+\. Set OTEL_EXPORTER_OTLP_\*CERTIFICATE and _CLIENT_KEY to PEM files\.$/,
      );
      expect(open({ url: 'http://127.0.0.1/', tls }).url).toBe('http://127.0.0.1/');
    }
    expect(open({ url: 'https://127.0.0.1/', tls: {} }).url).toBe('https://127.0.0.1/');
  });

  it('loads no client for http, the one of https for that, and undici never', () => {
    const loaded = (url: string): unknown => {
      const script = `
        const { openTarget } = await import(${JSON.stringify(import.meta.resolve('./target.ts'))});
        openTarget({ url: ${JSON.stringify(url)}, encoding: 'json', compression: 'none' });
        const has = (name) => process.moduleLoadList.some((entry) => entry.endsWith(name));
        console.log(JSON.stringify([has(' http'), has(' https'), has(' tls'), has('undici/undici')]));
      `;
      return JSON.parse(
        execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }),
      );
    };
    expect(loaded('http://127.0.0.1/')).toEqual([false, false, false, false]);
    expect(loaded('https://127.0.0.1/')).toEqual([false, true, true, false]);
  });
});
