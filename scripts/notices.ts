import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { type PublicPackage, root } from './packages.ts';

/**
 * Writes `THIRD-PARTY-NOTICES.md` beside the package's manifest: name, version and licence text of every package whose
 * code is in the output. Returns what may not be inlined: a sibling, or anything but OpenTelemetry and AWS's signer.
 */
export function writeNotices(pkg: PublicPackage, metafiles: readonly Metafile[]): readonly string[] {
  const noticesPath = join(pkg.directory, 'THIRD-PARTY-NOTICES.md');
  rmSync(noticesPath, { force: true });
  const folders = inlinedFolders(pkg, metafiles);
  const foreign = folders.filter((folder) => !/\/node_modules\/@(opentelemetry|smithy)\/[^/]+$/.test(folder));
  const inlined = folders.filter((folder) => !foreign.includes(folder));
  if (inlined.length > 0) {
    const head = `# Third-party notices\n\n${pkg.manifest.name} contains code of these packages.\n`;
    writeFileSync(noticesPath, `${head}\n${noticesOf(inlined).join('\n')}`);
  }
  return foreign.map((folder) => `${pkg.manifest.name} inlines ${folder}: make it a dependency or drop it`);
}

/** Folders, relative to the repository, of the packages whose code is in the outputs. */
function inlinedFolders(pkg: PublicPackage, metafiles: readonly Metafile[]): readonly string[] {
  const own = `packages/${pkg.directory.split('/').at(-1)}/`;
  const folders = new Set<string>();
  for (const { outputs } of metafiles) {
    for (const [path, { bytesInOutput }] of Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs))) {
      if (bytesInOutput === 0 || path.startsWith(own)) continue;
      const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      folders.add(folder ?? path);
    }
  }
  return [...folders].sort();
}

/** One notice per licence text: packages of one project share theirs. */
function noticesOf(folders: readonly string[]): readonly string[] {
  const titles = new Map<string, string[]>();
  for (const folder of folders) {
    const path = join(root, folder);
    const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as {
      name: string;
      version: string;
      license?: string;
    };
    const texts = readdirSync(path)
      .filter((file) => /^(licen[cs]e|notice)/i.test(file))
      .map((file) => readFileSync(join(path, file), 'utf8').trim());
    if (texts.length === 0) throw new Error(`${name} ${version} has no licence file to reproduce`);
    const text = texts.join('\n\n');
    titles.set(text, [...(titles.get(text) ?? []), `- ${name} ${version} (${license ?? 'see below'})`]);
  }
  return [...titles].map(([text, names]) => `${names.join('\n')}\n\n\`\`\`\n${text}\n\`\`\`\n`);
}
