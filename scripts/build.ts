import { spawnSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { build as bundle, type Metafile } from 'esbuild';
import { checkDeclarations, checkOutput, writeDeclarations } from './build-output.ts';
import { writeNotices } from './notices.ts';
import { type Entry, type PublicPackage, publicPackages, root } from './packages.ts';

/**
 * Builds every published package into its `dist`: one ES module and one CommonJS file per entry, and declarations.
 * Siblings, peers and types stay imports; the OpenTelemetry SDK is inlined with its notices. Throws with every broken
 * rule named.
 */
export async function build(): Promise<void> {
  const problems: string[] = [];
  for (const pkg of publicPackages) {
    rmSync(join(pkg.directory, 'dist'), { recursive: true, force: true });
    problems.push(...checkExports(pkg));
  }
  emitDeclarations();
  for (const pkg of publicPackages) {
    const outputs = await Promise.all(
      pkg.entries.flatMap((entry) => [write(pkg, entry, 'esm'), write(pkg, entry, 'cjs')]),
    );
    const metafiles = outputs.map(({ metafile }) => metafile);
    writeFileSync(join(pkg.directory, 'dist/cjs/package.json'), '{ "type": "commonjs" }\n');
    cpSync(join(root, 'LICENSE'), join(pkg.directory, 'LICENSE'));
    writeDeclarations(pkg);
    problems.push(...writeNotices(pkg, metafiles), ...checkDeclarations(pkg));
    for (const { path, metafile } of outputs) problems.push(...(await checkOutput(pkg, path, metafile)));
    warnOfSharedCode(pkg, metafiles);
  }
  if (problems.length > 0) throw new Error(`The build breaks ${problems.length} rule(s):\n- ${problems.join('\n- ')}`);
}

async function write(
  pkg: PublicPackage,
  entry: Entry,
  format: 'esm' | 'cjs',
): Promise<{ path: string; metafile: Metafile }> {
  const path = join(pkg.directory, format === 'esm' ? 'dist' : 'dist/cjs', `${entry.source}.js`);
  const { metafile } = await bundle({
    entryPoints: [join(pkg.directory, 'src', `${entry.source}.ts`)],
    outfile: path,
    absWorkingDir: root,
    bundle: true,
    format,
    platform: 'node',
    // ES modules where a package has them: of AWS's signer 5 kB are left in place of 47 kB.
    mainFields: ['module', 'main'],
    target: 'node20',
    charset: 'utf8',
    legalComments: 'none',
    external: Object.keys({ ...pkg.manifest.dependencies, ...pkg.manifest.peerDependencies }),
    metafile: true,
    logLevel: 'warning',
  });
  return { path, metafile };
}

/** Writes the declarations of every published package into its `dist`; what is up to date stays. */
export function emitDeclarations(): void {
  const projects = publicPackages.map(({ directory }) => join(directory, 'tsconfig.json'));
  const tsc = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-b', ...projects], { cwd: root, encoding: 'utf8' });
  if (tsc.status !== 0) throw new Error(`tsc -b failed:\n${tsc.stdout}${tsc.stderr}`);
}

/** `exports` serves the workspace from source, `publishConfig.exports` the published package: they name the same entries. */
function checkExports({ manifest, entries }: PublicPackage): readonly string[] {
  const expected: Record<string, unknown> = { './package.json': './package.json' };
  for (const { subpath, source } of entries) {
    expected[subpath] = {
      import: { types: `./dist/${source}.d.ts`, default: `./dist/${source}.js` },
      require: { types: `./dist/cjs/${source}.d.ts`, default: `./dist/cjs/${source}.js` },
    };
  }
  if (isDeepStrictEqual(manifest.publishConfig.exports, expected)) return [];
  const published = JSON.stringify(expected, undefined, 2);
  return [`${manifest.name}: publishConfig.exports disagrees with exports, which ask for ${published}`];
}

/** Two entries that inline one module have two copies of its state. */
function warnOfSharedCode(pkg: PublicPackage, metafiles: readonly Metafile[]): void {
  const owners = new Map<string, Set<string>>();
  for (const metafile of metafiles) {
    for (const output of Object.values(metafile.outputs)) {
      for (const input of Object.keys(output.inputs)) {
        owners.set(input, (owners.get(input) ?? new Set()).add(output.entryPoint ?? ''));
      }
    }
  }
  const shared = [...owners].filter(([, entries]) => entries.size > 1).map(([input]) => input);
  if (shared.length === 0) return;
  process.stdout.write(
    `warning: entries of ${pkg.manifest.name} each carry a copy of ${shared.join(', ')}: ` +
      'state must be shared through the global record of @tracelet/core\n',
  );
}

if (import.meta.main) {
  await build();
  process.stdout.write(`built ${publicPackages.map(({ manifest }) => manifest.name).join(', ')}\n`);
}
