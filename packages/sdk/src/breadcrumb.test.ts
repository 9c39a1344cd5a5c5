import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBreadcrumb } from './breadcrumb.ts';

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracelet-breadcrumb-'));
  path = join(folder, 'crumb');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('finds nothing where no process was before', () => {
  expect(openBreadcrumb(path)?.lost).toStrictEqual({ owed: 0, sign: {}, noted: {} });
});

it('tells the next process what was noted last, whatever was there before', () => {
  const crumb = openBreadcrumb(path);
  crumb?.write(0, '{"peak":5}', '{"traceId":"long and longer"}');
  crumb?.write(7, '{"at":1}', '{}');
  expect(openBreadcrumb(path)?.lost).toStrictEqual({ owed: 7, sign: { at: 1 }, noted: {} });
});

it('tells it once', () => {
  openBreadcrumb(path)?.write(12, '{"at":1}', '{"name":"orders"}');
  expect(openBreadcrumb(path)?.lost).toMatchObject({ owed: 12, noted: { name: 'orders' } });
  expect(openBreadcrumb(path)?.lost).toStrictEqual({ owed: 0, sign: {}, noted: {} });
});

it('survives a file that somebody else wrote', () => {
  writeFileSync(path, '\0\n{"at":1,"type":{"toString":0}}\n"');
  expect(openBreadcrumb(path)?.lost).toStrictEqual({ owed: 0, sign: { at: 1 }, noted: {} });
});

it('is none where the file cannot be opened', () => {
  expect(openBreadcrumb(join(folder, 'none', 'crumb'))).toBeUndefined();
});

it('is readable by its own process only', () => {
  openBreadcrumb(path)?.write(0, '', '');
  expect(readFileSync(path, 'utf8')).toBe('0\n\n\n');
});
