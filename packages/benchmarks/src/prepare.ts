import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { publicPackages, root } from '../../../scripts/packages.ts';
import type { Contestant } from './contestants.ts';
import { peerFolder } from './peers.ts';

/** Where tracelet's code comes from: the sources, or what is built for publishing. */
export type From = 'source' | 'dist';

/** A function ready to be deployed. */
export interface Deployed {
  readonly taskRoot: string;
  /** Of the one file that was bundled, minified. */
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Source modules of tracelet in the bundle; 0 where nothing of it is bundled. */
  readonly modules: readonly string[];
}

/** Puts a contestant's function into a folder of its own, as a deployment tool would. */
export async function deploy(
  contestant: Contestant,
  folder: string,
  from: From,
  entry = contestant.entry,
): Promise<Deployed> {
  const { modules, packaging } = contestant;
  mkdirSync(folder, { recursive: true });
  if (packaging === 'unbundled' && modules === 'tracelet') {
    placePublished(join(folder, 'node_modules'));
  } else if (packaging === 'unbundled' && modules !== undefined && modules !== 'tracelet') {
    symlinkSync(join(peerFolder(modules), 'node_modules'), join(folder, 'node_modules'));
  }
  // Packages that are not bundled cost less by require: fewer files, and no second copy as ES modules.
  const format = packaging === 'esm' ? 'esm' : 'cjs';
  const outfile = join(folder, format === 'esm' ? 'index.mjs' : 'index.cjs');
  const { metafile } = await build({
    ...bundleOptions(from),
    entryPoints: [entry],
    outfile,
    format,
    ...(packaging === 'unbundled' ? { packages: 'external', alias: {} } : {}),
    // CommonJS dependencies inside an ES module ask for the built-in modules with require.
    ...(packaging === 'esm' && modules !== 'tracelet' && modules !== undefined ? { banner: { js: REQUIRE } } : {}),
  });
  const bytes = readFileSync(outfile);
  return {
    taskRoot: folder,
    bytes: bytes.length,
    gzipBytes: gzipSync(bytes, { level: 9 }).length,
    modules: sourcesIn(metafile),
  };
}

/** How every bundle of the benchmarks is made. */
export function bundleOptions(from: From): BuildOptions & { readonly metafile: true } {
  const file = from === 'dist' ? 'dist/index.js' : 'src/index.ts';
  return {
    alias: Object.fromEntries(publicPackages.map((pkg) => [pkg.manifest.name, join(pkg.directory, file)])),
    absWorkingDir: root,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'error',
    metafile: true,
  };
}

const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Modules that are left in the bundle: what was shaken out of it costs nothing. */
function sourcesIn({ outputs }: Metafile): readonly string[] {
  const [output] = Object.values(outputs);
  const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return inputs
    .map(([path]) => path)
    .filter((path) => !path.startsWith('packages/benchmarks/'))
    .sort();
}

/** The built packages and the API, laid out as npm would install them. */
function placePublished(modules: string): void {
  for (const { directory, manifest } of publicPackages) {
    if (manifest.name === '@tracelet/testing') continue;
    const target = join(modules, manifest.name);
    cpSync(join(directory, 'dist'), join(target, 'dist'), { recursive: true });
    const { publishConfig, ...rest } = manifest;
    writeFileSync(join(target, 'package.json'), JSON.stringify({ ...rest, ...publishConfig }));
  }
  const api = realpathSync(join(import.meta.dirname, '../node_modules/@opentelemetry/api'));
  cpSync(api, join(modules, '@opentelemetry/api'), { recursive: true, dereference: true });
}
