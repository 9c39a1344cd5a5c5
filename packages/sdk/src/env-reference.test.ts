import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateDocs, generatedPages } from '../../../scripts/docs.ts';
import { documentedVariables, renderEnvironmentPage } from './env-reference.ts';
import { otlpVariables, variables } from './env-table.ts';

const root = join(import.meta.dirname, '../../..');

/** The packages that run inside a function; the others only imitate Lambda. */
const SHIPPED = 'packages/{core,instrument,logger,sdk,lambda}/src/**/*.ts';

describe('documentedVariables', () => {
  it('has every variable of the table, once', () => {
    const names = documentedVariables().map(({ name }) => name);
    const otlp = ['', 'TRACES_', 'LOGS_'].flatMap((infix) =>
      Object.keys(otlpVariables).map((name) => `OTEL_EXPORTER_OTLP_${infix}${name}`),
    );
    expect(names).toStrictEqual([...new Set(names)]);
    expect(names).toStrictEqual(expect.arrayContaining([...Object.keys(variables), ...otlp]));
  });

  it('has every variable that the source of a shipped package reads', () => {
    const names = documentedVariables().map(({ name }) => name);
    const files = globSync(SHIPPED, { cwd: root }).filter((file) => !/\.(test|bench|tst|fixture)\.ts$/.test(file));
    const read = files.flatMap((file) => variablesIn(readFileSync(join(root, file), 'utf8')));
    expect(read).toStrictEqual(
      expect.arrayContaining(['OTEL_LOG_LEVEL', '_X_AMZN_TRACE_ID', 'AWS_LAMBDA_FUNCTION_VERSION']),
    );
    expect(read.filter((name) => !names.includes(name))).toStrictEqual([]);
  });

  it.each([
    ['process.env.ONE', ['ONE']],
    ["env['TWO'] ?? process.env[`THREE`]", ['TWO', 'THREE']],
    ['const { FOUR: four, FIVE } = process.env;', ['FOUR', 'FIVE']],
    ["read('OTEL_SIX', 'TRACELET_SEVEN')", ['OTEL_SIX', 'TRACELET_SEVEN']],
    ['const { flush, FAAS_NAME } = settings; environment.disabled', []],
  ])('is checked against the names found in %s', (source, found) => {
    expect(variablesIn(source)).toStrictEqual(found);
  });
});

describe('renderEnvironmentPage', () => {
  it('has a line for every variable', () => {
    const page = renderEnvironmentPage();
    const missing = documentedVariables().filter(({ name }) => !new RegExp(`^\\| \\[?\`${name}\``, 'm').test(page));
    expect(missing).toStrictEqual([]);
  });

  it('is what the repository holds', async () => {
    expect(await generateDocs(generatedPages, root, true)).toStrictEqual([]);
  });
});

/** The names of environment variables in a source text, by the ways in which one can be read. */
function variablesIn(source: string): string[] {
  const members = [...source.matchAll(/\benv\??\.([A-Z_][A-Z\d_]*)\b/g)].map(([, name = '']) => name);
  const indexed = [...source.matchAll(/\benv(?:\?\.)?\[\s*['"`]([A-Z_][A-Z\d_]*)['"`]/g)].map(([, name = '']) => name);
  const taken = [...source.matchAll(/\{([^{}]*)\}\s*=\s*(?:process\.)?env\b/g)].flatMap(([, names = '']) =>
    [...names.matchAll(/(?:^|,)\s*([A-Z_][A-Z\d_]*)/g)].map(([, name = '']) => name),
  );
  const quoted = [...source.matchAll(/['"`](_?(?:OTEL|TRACELET|AWS|LAMBDA|NODE)_[A-Z\d_]*[A-Z\d])['"`]/g)];
  return [...members, ...indexed, ...taken, ...quoted.map(([, name = '']) => name)];
}
