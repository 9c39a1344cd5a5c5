import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './packages.ts';

it('shows in the tutorial the code that the example runs', () => {
  const page = readFileSync(join(root, 'docs/tutorial/first-trace.md'), 'utf8');
  const blocks = [...page.matchAll(/```ts\n\/\/ \S+\n(.*?)```/gs)].map(([, code]) => code);
  const files = ['handler.ts', 'example.test.ts'].map((file) =>
    readFileSync(join(root, 'examples/first-trace', file), 'utf8'),
  );
  expect(blocks).toEqual(files);
});
