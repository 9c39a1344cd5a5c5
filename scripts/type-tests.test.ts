import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { publicPackages, root } from './packages.ts';

const folder = join(root, 'packages/lambda/type-tests');
const tests = globSync('*.ts', { cwd: folder })
  .map((file) => readFileSync(join(folder, file), 'utf8'))
  .join('\n');
const lambda = publicPackages.find(({ manifest }) => manifest.name === '@tracelet/lambda');

it.each(lambda?.entries.map(({ source, subpath }) => [subpath, source]) ?? [])(
  'has a type test for every name that @tracelet/lambda exports at %s',
  (_subpath, source) => {
    const names = exportsOf(readFileSync(join(root, 'packages/lambda/src', `${source}.ts`), 'utf8'));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(tests))).toEqual([]);
  },
);

it('compiles every type test there is', () => {
  const script = readFileSync(join(root, 'scripts/check-types.ts'), 'utf8');
  expect(globSync('*.ts', { cwd: folder }).filter((file) => !script.includes(`'${file}'`))).toEqual([]);
});

/** The names in the explicit lists of an entry, and what it declares itself. */
function exportsOf(text: string): readonly string[] {
  const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.trim().replace(/^type /, '')),
  );
  const declared = [...text.matchAll(/^export (?:async )?(?:const|function|class|interface|type) (\w+)/gm)];
  return [...listed, ...declared.map(([, name = '']) => name)].filter(Boolean);
}
