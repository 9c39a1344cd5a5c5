import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The fields of a `package.json` that the scripts read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly publishConfig: { readonly exports: unknown; readonly main?: string; readonly types?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** One published entry: `subpath` as importers write it, `source` relative to `src`, without the extension. */
export interface Entry {
  readonly subpath: string;
  readonly source: string;
}

/** A package that is published. */
export interface PublicPackage {
  readonly directory: string;
  readonly manifest: Manifest;
  readonly entries: readonly Entry[];
}

/** The repository's top folder. */
export const root: string = join(import.meta.dirname, '..');

/** The published packages, dependencies first. */
export const publicPackages: readonly PublicPackage[] = [
  'core',
  'sdk',
  'instrument',
  'logger',
  'lambda',
  'testing',
].map((folder) => {
  const directory = join(root, 'packages', folder);
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
  return { directory, manifest, entries: entriesOf(manifest) };
});

function entriesOf(manifest: Manifest): readonly Entry[] {
  return Object.entries(manifest.exports).flatMap(([subpath, target]) => {
    const source = /^\.\/src\/(.+)\.ts$/.exec(target)?.[1];
    return source === undefined ? [] : [{ subpath, source }];
  });
}
