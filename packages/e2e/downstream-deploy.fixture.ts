import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, transform } from 'esbuild';
import type { Format } from '../../scripts/bundle.ts';

/** How a function and the AWS SDK are packed. */
export interface Packaging {
  readonly name: string;
  readonly format: Format;
  /** Nothing: the files stay as they are, imports left to `node_modules`. Else one file, but for these imports. */
  readonly external?: readonly string[] | undefined;
  /** Packs the SDK's own dependencies where only the SDK finds them, as strict installers do. */
  readonly isStrict?: boolean;
}

/** A folder of modules with a SDK in it, and the folder where tracelet is installed as published. */
export interface Sources {
  readonly sdk: string;
  readonly published: string;
}

const BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
const fixtures = join(import.meta.dirname, 'fixtures');

/** Puts a fixture into a task root of its own below `folder`, packed as asked. */
export async function deploy(fixture: string, packaging: Packaging, sources: Sources, folder: string): Promise<string> {
  const taskRoot = mkdtempSync(join(folder, 'function-'));
  const { format, external } = packaging;
  const type = format === 'esm' ? 'module' : 'commonjs';
  writeFileSync(join(taskRoot, 'package.json'), JSON.stringify({ type }));
  if (external === undefined || external.length > 0) linkModules(taskRoot, sources);
  if (external === undefined) {
    for (const name of [fixture, 'downstream-calls']) await placeAlone(name, taskRoot, format);
    // The files name one another with `.mjs`.
    if (format === 'esm') cpSync(join(taskRoot, `${fixture}.mjs`), join(taskRoot, 'index.mjs'));
    else writeFileSync(join(taskRoot, 'index.js'), `module.exports = require('./${fixture}.js');\n`);
    return taskRoot;
  }
  const project = mkdtempSync(join(folder, 'project-'));
  linkModules(project, sources);
  for (const name of [fixture, 'downstream-calls']) cpSync(join(fixtures, `${name}.mjs`), join(project, `${name}.mjs`));
  await build({
    entryPoints: [join(project, `${fixture}.mjs`)],
    outfile: join(taskRoot, 'index.js'),
    bundle: true,
    minify: true,
    format,
    platform: 'node',
    target: 'node22',
    logLevel: 'error',
    external: [...external],
    // The links lead to two folders, which an installer would have made one.
    nodePaths: packaging.isStrict ? [] : [join(sources.sdk, 'node_modules')],
    ...(format === 'esm' ? { banner: { js: BANNER } } : {}),
  });
  return taskRoot;
}

/** A flat `node_modules` of both, as an installer makes it. */
function linkModules(taskRoot: string, { sdk, published }: Sources): void {
  const modules = join(taskRoot, 'node_modules');
  mkdirSync(modules);
  for (const source of [join(published, 'node_modules'), join(sdk, 'node_modules')]) {
    for (const name of readdirSync(source)) {
      if (!name.startsWith('.') && !readdirSync(modules).includes(name))
        symlinkSync(join(source, name), join(modules, name));
    }
  }
}

async function placeAlone(name: string, taskRoot: string, format: Format): Promise<void> {
  const source = readFileSync(join(fixtures, `${name}.mjs`), 'utf8');
  if (format === 'esm') {
    writeFileSync(join(taskRoot, `${name}.mjs`), source);
    return;
  }
  const { code } = await transform(source, { loader: 'js', format, platform: 'node', target: 'node22' });
  writeFileSync(join(taskRoot, `${basename(name)}.js`), code.replaceAll('.mjs"', '.js"'));
}
