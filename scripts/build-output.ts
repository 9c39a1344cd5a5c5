import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build as bundle, type Metafile } from 'esbuild';
import type { PublicPackage } from './packages.ts';

/** Modules that load undici, 20 ms of cold start, and so may not be imported by what a function loads. */
const heavyImport = /^(node:)?(http|https|http2)$|^undici/;

/**
 * Makes one compiler emit serve both formats: relative specifiers say `.js`, declarations that no entry reaches are
 * dropped, the rest is copied beside the CommonJS output.
 */
export function writeDeclarations(pkg: PublicPackage): void {
  const dist = join(pkg.directory, 'dist');
  rmSync(join(dist, '.tsbuildinfo'), { force: true });
  const reached = reachedDeclarations(pkg);
  for (const file of globSync('**/*.d.ts', { cwd: dist, exclude: ['cjs/**'] })) {
    const path = join(dist, file);
    if (!reached.has(path)) {
      rmSync(path);
      continue;
    }
    const text = readFileSync(path, 'utf8').replace(relativeSpecifier, '$1$2.js$3');
    const copy = join(dist, 'cjs', file);
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(path, text);
    writeFileSync(copy, text);
  }
}

/** Public types name no OpenTelemetry package but the API, so that a change of SDK is no change of ours. */
export function checkDeclarations(pkg: PublicPackage): readonly string[] {
  return [...reachedDeclarations(pkg)].flatMap((path) => {
    const named = [...readFileSync(path, 'utf8').matchAll(/(?:from|import)[\s(]*['"](@opentelemetry\/[^'"]+)/g)];
    return named
      .filter(([, name]) => name !== '@opentelemetry/api')
      .map(([, name]) => `${relative(pkg.directory, path)} of ${pkg.manifest.name} imports ${name}`);
  });
}

/** What holds of every shipped file: no top-level await, no run-time `require` in ESM, nothing that loads undici. */
export async function checkOutput(pkg: PublicPackage, path: string, metafile: Metafile): Promise<readonly string[]> {
  const problems: string[] = [];
  const text = readFileSync(path, 'utf8');
  const name = `${pkg.manifest.name}: ${relative(pkg.directory, path)}`;
  if (/\b__require\(/.test(text)) problems.push(`${name} calls require, which an ES module does not have`);
  const options = { bundle: true, write: false, format: 'cjs', packages: 'external', logLevel: 'silent' } as const;
  await bundle({ ...options, platform: 'node', entryPoints: [path] }).catch((error: Error) => {
    problems.push(`${name} cannot become CommonJS (a top-level await?): ${error.message}`);
  });
  if (pkg.manifest.name === '@tracelet/testing') return problems;
  if (/(?<![\w$])fetch\(/.test(text)) problems.push(`${name} calls fetch`);
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  for (const { path: target } of imports) {
    if (heavyImport.test(target)) problems.push(`${name} imports ${target}`);
  }
  return problems;
}

const relativeSpecifier = /((?:from|import|import\()\s*['"])(\.{1,2}\/[^'"]+)\.[tj]s(['"])/g;

function reachedDeclarations(pkg: PublicPackage): ReadonlySet<string> {
  const dist = join(pkg.directory, 'dist');
  const reached = new Set<string>();
  const waiting = pkg.entries.map(({ source }) => join(dist, `${source}.d.ts`));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const folder = dirname(path);
    for (const [, , target] of readFileSync(path, 'utf8').matchAll(relativeSpecifier)) {
      waiting.push(join(folder, `${target}.d.ts`));
    }
  }
  return reached;
}
