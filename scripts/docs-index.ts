import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The kinds of pages in reading order, with what a reader comes to them for. */
const KINDS: readonly (readonly [folder: string, title: string, purpose: string])[] = [
  ['tutorial', 'Tutorial', 'to learn it by doing'],
  ['how-to', 'How-to', 'to get one thing done'],
  ['reference', 'Reference', 'to look something up'],
  ['api', 'Public interfaces', 'to see what each package exports'],
  ['explanation', 'Explanation', 'to understand how it works, and why'],
  ['decisions', 'Decisions', 'to see what was weighed and chosen'],
];

/** Renders the index of `docs/`: every page by its own title. */
export function renderDocsIndex(root: string): string {
  const kinds = KINDS.map(([folder, title, purpose]) => {
    const pages = globSync(`${folder}/**/*.md`, { cwd: join(root, 'docs') }).sort();
    const lines = pages.map((page) => `- [${titleOf(join(root, 'docs', page))}](${page})`);
    return `## ${title}\n\nRead ${purpose}.\n\n${lines.join('\n')}`;
  });
  const start = 'Start with the [README](../README.md): what tracelet does, and how to see it in a minute.';
  return `${['# Documentation', start, ...kinds].join('\n\n')}\n`;
}

function titleOf(file: string): string {
  const title = /^# (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
  if (title === undefined) throw new Error(`${file} has no title: begin it with a line "# ...".`);
  return title;
}
