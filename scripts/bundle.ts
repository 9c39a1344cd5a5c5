import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Module format of a bundle. */
export type Format = 'cjs' | 'esm';

/** What to bundle, and how. */
export interface BundleOptions {
  /** The handler's source file. */
  readonly entry: string;
  /** Folder to put it in, as `index.js` beside a `package.json` that states the format. */
  readonly directory: string;
  readonly format: Format;
  /** Default: `true`, as deployment tools do. */
  readonly minify?: boolean | undefined;
}

/** Bundles a handler into one file, as deployment tools do for Lambda. */
export async function bundle({ entry, directory, format, minify = true }: BundleOptions): Promise<void> {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ type: format === 'esm' ? 'module' : 'commonjs' }));
  await build({
    entryPoints: [entry],
    outfile: join(directory, 'index.js'),
    bundle: true,
    minify,
    format,
    platform: 'node',
    target: 'node22',
    logLevel: 'warning',
    // CommonJS dependencies inside an ESM bundle ask for the built-in modules with require.
    ...(format === 'esm' ? { banner: { js: REQUIRE } } : {}),
  });
}

const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
