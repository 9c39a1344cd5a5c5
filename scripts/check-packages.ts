import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { build as bundle } from 'esbuild';
import { build } from './build.ts';
import { startChecks } from './checks.ts';
import { type Manifest, type PublicPackage, publicPackages, root } from './packages.ts';
import { runPackedExample } from './packed-example.ts';
import { run } from './run-command.ts';

/** What a managed nodejs22.x passes to Node. */
const managedFlags = ['--no-experimental-require-module', '--no-experimental-detect-module'];

/** What an application imports from `@tracelet/lambda`. */
const lambdaExports = ['change', 'defineLambda', 'json', 'lambda', 'log', 'scope', 'span'];

/** Examples of packages that others write: libraries with spans of their own, and a company's preset. */
const asOthersWrite = ['span-hook-api', 'span-hook-library', 'company-preset'];

const userSource = `
import { json, lambda, log, span } from '@tracelet/lambda';

interface Order { readonly id: string }

export const parse = json<Order>();
export const handler = lambda(async (event: Order) => {
  log.debug('order', { id: event.id });
  return span('look up', async () => ({ id: event.id, found: true }));
});
`;

const { check, finish } = startChecks('package checks');

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'tracelet-packages-'));
  try {
    const tarballs = (await check('build', build)) ? await checkTarballs(folder) : [];
    const project = join(folder, 'project');
    const complete = tarballs.length === publicPackages.length;
    if (complete && (await check('install the tarballs with npm', () => install(project, tarballs)))) {
      await checkInstalled(project);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  finish();
}

async function checkTarballs(folder: string): Promise<readonly string[]> {
  const tarballs: string[] = [];
  for (const pkg of publicPackages) {
    const { name } = pkg.manifest;
    const tarball = join(folder, `${name.replace('/', '-')}.tgz`);
    if (!(await check(`pack ${name}`, () => pack(pkg, tarball)))) continue;
    tarballs.push(tarball);
    await check(`publint ${name}`, () => run(bin('publint'), ['run', tarball, '--strict'], root));
    await check(`attw ${name}`, () => run(bin('attw'), [tarball, '--profile', 'node16', '--no-emoji'], root));
    await check(`manifest of ${name}`, () => checkManifest(pkg, tarball));
  }
  return tarballs;
}

async function checkInstalled(project: string): Promise<void> {
  for (const { manifest, entries } of publicPackages) {
    for (const { subpath } of entries) {
      const name = join(manifest.name, subpath);
      await check(`import and require ${name}`, () => checkLoading(project, name, []));
      await check(`import and require ${name} without require(esm)`, () => checkLoading(project, name, managedFlags));
    }
  }
  await check('exports of @tracelet/lambda', () => {
    const names = exportedNames(project, '@tracelet/lambda', 'import', []);
    expectEqual(
      lambdaExports.filter((name) => !names.includes(name)),
      [],
    );
  });
  for (const example of asOthersWrite) {
    await check(`the tests of ${example} on the tarballs`, () => runPackedExample(project, example));
  }
  await check('a TypeScript handler bundled to CommonJS', () => checkBundle(project, 'cjs'));
  await check('a TypeScript handler bundled to ESM', () => checkBundle(project, 'esm'));
}

function pack({ directory }: PublicPackage, tarball: string): void {
  run('npx', ['-y', 'pnpm@12.21.0', 'pack', '--out', tarball], directory);
}

/** What a registry user gets: exact siblings, no workspace protocol, published exports, licence and notices. */
function checkManifest({ manifest, directory }: PublicPackage, tarball: string): void {
  const packed = JSON.parse(run('tar', ['-xzOf', tarball, 'package/package.json'], root)) as Manifest;
  expectEqual(packed.exports, manifest.publishConfig.exports);
  for (const [name, range] of Object.entries({ ...packed.dependencies, ...packed.peerDependencies })) {
    if (/^(workspace|catalog):/.test(range)) throw new Error(`${name} is still ${range}`);
    if (name.startsWith('@tracelet/')) expectEqual(range, packed.version);
  }
  const files = run('tar', ['-tzf', tarball], root).split('\n');
  const wanted = ['package/LICENSE'];
  if (existsSync(join(directory, 'THIRD-PARTY-NOTICES.md'))) wanted.push('package/THIRD-PARTY-NOTICES.md');
  for (const file of wanted) if (!files.includes(file)) throw new Error(`the tarball lacks ${file}`);
  const strays = files.filter((file) => /\.tsbuildinfo$|\.test\.|^package\/src\//.test(file));
  if (strays.length > 0) throw new Error(`the tarball carries ${strays.join(', ')}`);
}

/** Installs outside the workspace, as a user would who has only npm. */
function install(project: string, tarballs: readonly string[]): void {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "consumer", "private": true, "type": "commonjs" }\n');
  const apiManifest = join(root, 'packages/core/node_modules/@opentelemetry/api/package.json');
  const { version } = JSON.parse(readFileSync(apiManifest, 'utf8')) as Manifest;
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  run('npm', ['install', ...quiet, `@opentelemetry/api@${version}`, ...tarballs], project);
}

function checkLoading(project: string, name: string, flags: readonly string[]): void {
  const imported = exportedNames(project, name, 'import', flags);
  expectEqual(exportedNames(project, name, 'require', flags), imported);
  if (imported.length === 0) throw new Error(`${name} exports nothing`);
}

function exportedNames(
  project: string,
  name: string,
  how: 'import' | 'require',
  flags: readonly string[],
): readonly string[] {
  const load = how === 'import' ? `import * as m from '${name}';` : `const m = require('${name}');`;
  const code = `${load} console.log(JSON.stringify(Object.keys(m).sort()))`;
  const type = how === 'import' ? 'module' : 'commonjs';
  const stdout = run(process.execPath, [...flags, `--input-type=${type}`, '-e', code], project);
  return JSON.parse(stdout) as readonly string[];
}

/** A top-level await in any ES module of ours would break the CommonJS case. */
async function checkBundle(project: string, format: 'cjs' | 'esm'): Promise<void> {
  const outfile = join(project, format === 'cjs' ? 'bundle.cjs' : 'bundle.mjs');
  const stdin = { contents: userSource, loader: 'ts', resolveDir: project } as const;
  await bundle({ stdin, outfile, format, bundle: true, platform: 'node', target: 'node20', logLevel: 'silent' });
  const event = { id: 'o-7' };
  const code = `
    const { handler } = await import(${JSON.stringify(outfile)});
    const context = { awsRequestId: 'r-1', functionName: 'f', getRemainingTimeInMillis: () => 1000 };
    console.log('result ' + JSON.stringify(await handler(${JSON.stringify(event)}, context)));
  `;
  const stdout = run(process.execPath, [...managedFlags, '--input-type=module', '-e', code], project);
  expectEqual(/^result (.*)$/m.exec(stdout)?.[1], JSON.stringify({ ...event, found: true }));
}

function expectEqual(actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  throw new Error(`expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
}

function bin(name: string): string {
  return join(root, 'node_modules/.bin', name);
}
