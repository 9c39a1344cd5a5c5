import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build as bundle, type Plugin } from 'esbuild';
import { build } from './build.ts';
import { publicPackages, root } from './packages.ts';
import { run } from './run-command.ts';
import { reportTotals } from './totals.ts';

/** One line of the table: what is measured, how much it may be, how much it is. */
interface Row {
  readonly what: string;
  readonly unit: string;
  readonly budget: number;
  /** What fails the check in place of a budget that is not met yet, so that it grows no further. */
  readonly ceiling?: number;
  readonly measured: number;
}

const userSource = `
import { json, lambda, log, span } from '@tracelet/lambda';
export const parse = json();
export const handler = lambda(async (event) => {
  log.info('order', { id: event.id });
  return span('look up', async () => ({ id: event.id }));
});
`;

/** Every trigger, the extension, the life guard, AWS calls and redaction are on by default; no plain way to 34 KiB has been found. */
const BUNDLE_CEILING = 69;

const api = '@opentelemetry/api';
const docPath = join(root, 'docs/reference/size.md');

if (import.meta.main) {
  await build();
  const rows = await measure();
  const table = tableOf(rows);
  process.stdout.write(`${table}\n`);
  if (process.argv.includes('--write')) writeFileSync(docPath, pageOf(table));
  const failed = rows.filter(({ budget, ceiling, measured }) => measured > (ceiling ?? budget)).length;
  reportTotals('size budgets', { passed: rows.length - failed, failed, skipped: 0 });
}

async function measure(): Promise<readonly Row[]> {
  const cjs = await minify(userSource, 'cjs', []);
  const esm = await minify(userSource, 'esm', []);
  const alone = async (name: string) => brotliKb(await minify(`export * from '${name}';`, 'esm', [api]));
  return [
    {
      what: 'a handler with everything, CommonJS, gzip',
      unit: 'KiB',
      budget: 34,
      ceiling: BUNDLE_CEILING,
      measured: gzipKib(cjs),
    },
    {
      what: 'a handler with everything, ESM, gzip',
      unit: 'KiB',
      budget: 34,
      ceiling: BUNDLE_CEILING,
      measured: gzipKib(esm),
    },
    {
      what: '`@tracelet/lambda`, API not counted, brotli',
      unit: 'kB',
      budget: 30,
      ceiling: 60.5,
      measured: await alone('@tracelet/lambda'),
    },
    {
      what: '`@tracelet/core`, API not counted, brotli',
      unit: 'kB',
      // Every trigger exists.
      budget: 14,
      ceiling: 23.5,
      measured: await alone('@tracelet/core'),
    },
    {
      what: '`@tracelet/logger`, API not counted, brotli',
      unit: 'kB',
      budget: 8,
      measured: await alone('@tracelet/logger'),
    },
    { what: 'files opened by a bundled handler', unit: '', budget: 4, measured: countOpenedFiles(cjs) },
  ];
}

/** Bundles from the built packages, as a user's bundler would from the published ones. */
async function minify(contents: string, format: 'cjs' | 'esm', external: string[]): Promise<Uint8Array> {
  const { outputFiles } = await bundle({
    stdin: { contents, resolveDir: join(root, 'packages/lambda') },
    alias: Object.fromEntries(publicPackages.map((pkg) => [pkg.manifest.name, join(pkg.directory, 'dist/index.js')])),
    plugins: [leaveOut(external)],
    bundle: true,
    format,
    minify: true,
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    write: false,
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('esbuild wrote no bundle');
  return output.contents;
}

/** Not resolved by esbuild, which then knows nothing of it: like ours, the API's package says that unused imports may go. */
function leaveOut(names: readonly string[]): Plugin {
  return {
    name: 'leave out',
    setup({ onResolve }) {
      onResolve({ filter: /^@opentelemetry\// }, ({ path }) =>
        names.includes(path) ? { path, external: true, sideEffects: false } : undefined,
      );
    },
  };
}

/** Loads the bundle and runs it once as a function would. */
function countOpenedFiles(bundled: Uint8Array): number {
  const folder = mkdtempSync(join(tmpdir(), 'tracelet-size-'));
  try {
    const handlerPath = join(folder, 'handler.cjs');
    writeFileSync(handlerPath, bundled);
    const stdout = run(process.execPath, [join(import.meta.dirname, 'opened-files.ts'), handlerPath], root);
    return stdout.match(/^opened /gm)?.length ?? Number.POSITIVE_INFINITY;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ what, unit, budget, ceiling, measured }) => {
    const held = ceiling === undefined ? '' : `, held at ${ceiling}`;
    const verdict = measured > budget ? ` **over**${held}` : '';
    return `| ${what} | ${measured} ${unit}${verdict} | ${budget} ${unit} |`.replaceAll('  ', ' ');
  });
  return ['| what | size | budget |', '|---|---|---|', ...lines].join('\n');
}

function pageOf(table: string): string {
  return `# Size

Measured by \`pnpm check:size\`, which fails when a budget is missed; 1 kB is 1,000 bytes, 1 KiB is 1,024. This page is written by
\`pnpm check:size --write\`. Bundles are made by esbuild, minified, for Node 20. "Everything" is a handler that uses
\`lambda\`, \`span\`, \`log\` and \`json\`, with \`@opentelemetry/api\` inside.

${table}
`;
}

function gzipKib(bytes: Uint8Array): number {
  return round(gzipSync(bytes, { level: 9 }).length / 1024);
}

function brotliKb(bytes: Uint8Array): number {
  return round(brotliCompressSync(bytes).length / 1000);
}

function round(size: number): number {
  return Math.ceil(size * 100) / 100;
}
