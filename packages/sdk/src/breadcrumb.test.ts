import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBreadcrumb, readCrumb } from './breadcrumb.ts';
import { readEnv } from './env.ts';
import { makeProvider } from './provider.ts';
import type { RecordingSpan } from './recording-span.ts';

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tracelet-breadcrumb-'));
  path = join(folder, 'crumb');
});
afterEach(() => rmSync(folder, { recursive: true }));

function startSpan(attributes: Record<string, string>): RecordingSpan {
  const { api } = makeProvider({ resource: {}, environment: readEnv({}), onEnd: () => {} });
  return api.getTracer('test').startSpan('orders', { kind: 1, attributes }) as RecordingSpan;
}

it('finds nothing where no process was before', () => {
  expect(openBreadcrumb(path).lost).toStrictEqual({ phase: '', undelivered: 0, record: {}, last: {} });
});

it('tells the next process of the invocation that was running', () => {
  const span = startSpan({ 'http.route': '/orders' });
  const { spanId, traceId } = span.spanContext();
  const first = openBreadcrumb(path);
  first.undelivered(7);
  first.begin(span, 1_700_000_003_000);
  expect(openBreadcrumb(path).lost).toStrictEqual({
    phase: 'r',
    undelivered: 7,
    record: {
      traceId,
      spanId,
      name: 'orders',
      kind: 1,
      startTime: span.startTime,
      deadlineMs: 1_700_000_003_000,
      peakKb: expect.any(Number),
      attributes: { 'http.route': '/orders' },
    },
    last: {},
  });
});

it('tells what happened last, whatever was there before', () => {
  const crumb = openBreadcrumb(path);
  crumb.begin(startSpan({ long: 'x'.repeat(1000) }), Infinity);
  crumb.note('u', { errorType: 'Error', message: 'y'.repeat(500) });
  crumb.note('e');
  crumb.begin(startSpan({}), Infinity);
  expect(readCrumb(readFileSync(path, 'utf8'))).toMatchObject({ phase: 'r', record: { deadlineMs: null }, last: {} });
  crumb.note('x', { atMs: 5, exitCode: 3 });
  expect(readCrumb(readFileSync(path, 'utf8'))).toMatchObject({ phase: 'x', last: { atMs: 5, exitCode: 3 } });
});

it('says that nothing is running after the end, and of what comes then', () => {
  const crumb = openBreadcrumb(path);
  crumb.begin(startSpan({}), Infinity);
  crumb.note('e');
  crumb.note('x', { exitCode: 1 });
  crumb.undelivered(12_345);
  expect(openBreadcrumb(path).lost).toMatchObject({ phase: 'e', undelivered: 12_345 });
  expect(openBreadcrumb(path).lost).toMatchObject({ phase: 'e', undelivered: 0 });
});

it('leaves the attributes out of a record that would be long', () => {
  const crumb = openBreadcrumb(path);
  crumb.begin(startSpan({ long: 'x'.repeat(5000) }), Infinity);
  expect(readFileSync(path).length).toBeLessThan(500);
  expect(openBreadcrumb(path).lost.record).toMatchObject({ name: 'orders' });
});

it('does without a file that cannot be opened', () => {
  const crumb = openBreadcrumb(join(folder, 'none', 'crumb'));
  crumb.begin(startSpan({}), Infinity);
  crumb.note('x', { exitCode: 1 });
  crumb.undelivered(3);
  expect(existsSync(join(folder, 'none'))).toBe(false);
});

it('survives a file that somebody else wrote', () => {
  writeFileSync(path, '\0\n[1]\n"');
  expect(openBreadcrumb(path).lost).toMatchObject({ undelivered: 0, record: [1], last: {} });
});
