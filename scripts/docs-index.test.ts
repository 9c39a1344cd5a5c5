import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { renderDocsIndex } from './docs-index.ts';
import { root } from './packages.ts';

it('links every page of docs, once', () => {
  const linked = [...renderDocsIndex(root).matchAll(/^- \[.+\]\((.+)\)$/gm)].map(([, path]) => path);
  const pages = globSync('**/*.md', { cwd: join(root, 'docs'), exclude: ['README.md'] });
  expect(linked.toSorted()).toEqual(pages.sort());
});

it('names the page that has no title', () => {
  const folder = mkdtempSync(join(tmpdir(), 'docs-index-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'docs/how-to'), { recursive: true });
  writeFileSync(join(folder, 'docs/how-to/lost.md'), 'no title\n');
  expect(() => renderDocsIndex(folder)).toThrow('docs/how-to/lost.md has no title');
});
