import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDeclarations, checkOutput, writeDeclarations } from './build-output.ts';
import type { PublicPackage } from './packages.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tracelet-output-'));
  mkdirSync(join(directory, 'dist/triggers'), { recursive: true });
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('the check of a built file', () => {
  it('accepts plain code with light builtins', async () => {
    expect(
      await problemsOf(`import { createHash } from 'node:crypto'; export const f = () => createHash('md5');`),
    ).toEqual([]);
  });

  it('refuses a top-level await', async () => {
    const problems = await problemsOf('export const x = await Promise.resolve(1);');
    expect(problems).toEqual([expect.stringContaining('cannot become CommonJS (a top-level await?)')]);
  });

  it('refuses fetch, called bare or on an object, and not a name that ends in it', async () => {
    const refused = ['@tracelet/core: dist/index.js calls fetch'];
    expect(await problemsOf('export const f = () => fetch("http://x");')).toEqual(refused);
    expect(await problemsOf('export const f = () => globalThis.fetch("http://x");')).toEqual(refused);
    expect(await problemsOf('const prefetch = () => 1; export const f = () => prefetch();')).toEqual([]);
  });

  it.each(['node:http', 'https', 'node:http2', 'undici'])('refuses an import of %s', async (target) => {
    const refused = [`@tracelet/core: dist/index.js imports ${target}`];
    expect(await problemsOf(`import { Agent } from '${target}'; export const a = Agent;`)).toEqual(refused);
    expect(await problemsOf(`export const f = () => import('${target}');`)).toEqual(refused);
  });

  it('accepts a type import, which leaves nothing behind', async () => {
    const code = `import type { Agent } from 'node:http'; export const f = (a: Agent) => a;`;
    expect(await problemsOf(code)).toEqual([]);
  });

  it('refuses a run-time require in an ES module', async () => {
    const refused = ['@tracelet/core: dist/index.js calls require, which an ES module does not have'];
    expect(await problemsOf(`export const f = () => require('node:fs');`)).toEqual(refused);
  });

  it('lets the test kit serve HTTP', async () => {
    const code = `import { createServer } from 'node:http'; export const f = () => [createServer(), fetch('http://x')];`;
    expect(await problemsOf(code, '@tracelet/testing')).toEqual([]);
  });
});

describe('declarations', () => {
  it('say .js, stand beside both formats and are only those that an entry reaches', () => {
    declare('index', `export { t } from './triggers/t.ts';\nexport type T = import('./types.ts').T;\n`);
    declare('triggers/t', `import type { T } from '../types.ts';\nexport declare const t: T;\n`);
    declare('types', 'export type T = 1;\n');
    declare('internal', `import type { X } from '@opentelemetry/sdk-trace';\nexport type Y = X;\n`);
    writeFileSync(join(directory, 'dist/.tsbuildinfo'), '');
    writeDeclarations(packageNamed('@tracelet/core'));
    for (const format of ['dist', 'dist/cjs']) {
      expect(read(`${format}/index.d.ts`)).toBe(
        `export { t } from './triggers/t.js';\nexport type T = import('./types.js').T;\n`,
      );
      expect(read(`${format}/triggers/t.d.ts`)).toBe(
        `import type { T } from '../types.js';\nexport declare const t: T;\n`,
      );
      expect(() => read(`${format}/internal.d.ts`)).toThrow('ENOENT');
    }
    expect(() => read('dist/.tsbuildinfo')).toThrow('ENOENT');
    expect(checkDeclarations(packageNamed('@tracelet/core'))).toEqual([]);
  });

  it('may import the OpenTelemetry API and no other OpenTelemetry package, whatever their prose mentions', () => {
    declare(
      'index',
      `/** Like that of @opentelemetry/sdk-trace. */\nimport type { Span } from '@opentelemetry/api';\nexport type P = import('@opentelemetry/sdk-trace').TracerProvider | Span;\n`,
    );
    expect(checkDeclarations(packageNamed('@tracelet/sdk'))).toEqual([
      'dist/index.d.ts of @tracelet/sdk imports @opentelemetry/sdk-trace',
    ]);
  });
});

async function problemsOf(contents: string, name = '@tracelet/core'): Promise<readonly string[]> {
  const path = join(directory, 'dist/index.js');
  const { metafile } = await bundle({
    stdin: { contents, loader: 'ts', resolveDir: directory },
    outfile: path,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
  });
  return checkOutput(packageNamed(name), path, metafile);
}

function packageNamed(name: string): PublicPackage {
  const manifest = { name, version: '0.1.0', exports: {}, publishConfig: { exports: {} } };
  return { directory, manifest, entries: [{ subpath: '.', source: 'index' }] };
}

function declare(source: string, text: string): void {
  writeFileSync(join(directory, 'dist', `${source}.d.ts`), text);
}

function read(path: string): string {
  return readFileSync(join(directory, path), 'utf8');
}
