import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { build } from './build.ts';
import { startChecks } from './checks.ts';
import { publicPackages, root } from './packages.ts';
import { run } from './run-command.ts';

/** A kind of user's project: module format and how imports are resolved. */
interface Consumer {
  readonly name: string;
  readonly type: 'module' | 'commonjs';
  readonly options: Readonly<Record<string, unknown>>;
}

/** Sources that are compiled together, by every compiler, in each of the kinds of project. */
interface Suite {
  readonly name: string;
  /** Folder with `node_modules`, one of {@link manifests}. */
  readonly project: 'full' | 'lean';
  readonly sources: readonly string[];
  readonly consumers: readonly Consumer[];
  readonly exact: readonly boolean[];
  readonly skipLibCheck: boolean;
}

const sourceFolder = join(root, 'packages/lambda/type-tests');
/** What the sources import of one another. */
const imported = ['proof.ts', 'acme-price-list.ts'];
const compilers = ['7.0', '5.9', '5.4'];

const esm: Consumer = { name: 'ESM', type: 'module', options: { module: 'nodenext' } };
const commonjs: Consumer = { name: 'CommonJS', type: 'commonjs', options: { module: 'nodenext' } };
const bundler: Consumer = {
  name: 'bundler',
  type: 'module',
  options: { module: 'esnext', moduleResolution: 'bundler' },
};

const suites: readonly Suite[] = [
  {
    name: 'everything',
    project: 'full',
    sources: [
      'batches.ts',
      'channels.ts',
      'composition-powertools.ts',
      'declarations.ts',
      'design.ts',
      'entries.ts',
      'handlers.ts',
      'hooks.ts',
      'must-not-compile.ts',
      'no-any.ts',
      'packages.ts',
      'providers.ts',
      'schemas.ts',
    ],
    consumers: [esm, commonjs, bundler],
    exact: [true, false],
    // Every compiler reads the declarations of all these packages, third-party ones included.
    skipLibCheck: false,
  },
  {
    name: 'middy',
    project: 'full',
    sources: ['composition-middy.ts'],
    // middy has no CommonJS form.
    consumers: [esm, bundler],
    exact: [true],
    // Its declarations import @aws/durable-execution-sdk-js, an optional peer that users of Lambda seldom have.
    skipLibCheck: true,
  },
  {
    name: 'declarations alone',
    project: 'lean',
    sources: ['declarations.ts'],
    consumers: [esm, commonjs, bundler],
    exact: [true],
    skipLibCheck: false,
  },
];

const { check, finish } = startChecks('type checks');

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), 'tracelet-types-'));
  try {
    if (await check('build', build)) {
      await check('no any in a declaration that ships', checkShippedDeclarations);
      if (await check('install the tarballs with pnpm', () => install(folder))) await checkSuites(folder);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  finish();
}

async function checkSuites(folder: string): Promise<void> {
  for (const compiler of compilers) {
    for (const suite of suites) {
      for (const consumer of suite.consumers) {
        for (const exact of suite.exact) {
          const name = `TypeScript ${compiler}, ${consumer.name}, exactOptionalPropertyTypes ${exact ? 'on' : 'off'}: ${suite.name}`;
          await check(name, () => compile(join(folder, suite.project), compiler, suite, consumer, exact));
        }
      }
    }
  }
}

/** Compiles with declarations; what is emitted for the leanest project must compile as well, and name no `any`. */
function compile(project: string, compiler: string, suite: Suite, consumer: Consumer, exact: boolean): void {
  const folder = join(project, 'src');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeJson(join(folder, 'package.json'), { type: consumer.type });
  for (const source of [...imported, ...suite.sources]) cpSync(join(sourceFolder, source), join(folder, source));
  const compilerOptions = {
    ...consumer.options,
    target: 'es2022',
    lib: ['es2022'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: exact,
    skipLibCheck: suite.skipLibCheck,
    declaration: true,
    rootDir: '.',
    outDir: 'out',
  };
  writeJson(join(folder, 'tsconfig.json'), { compilerOptions, files: suite.sources });
  const tsc = join(project, `node_modules/typescript-${compiler}/bin/tsc`);
  run(process.execPath, [tsc, '-p', 'tsconfig.json'], folder);
  if (suite.project !== 'lean') return;
  const files = suite.sources.map((source) => join(folder, 'out', source.replace(/\.ts$/, '.d.ts')));
  expectNoAny(files, folder);
  writeJson(join(folder, 'tsconfig.json'), { compilerOptions: { ...compilerOptions, noEmit: true }, files });
  run(process.execPath, [tsc, '-p', 'tsconfig.json'], folder);
}

function checkShippedDeclarations(): void {
  const files = publicPackages.flatMap(({ directory }) =>
    globSync('dist/**/*.d.ts', { cwd: directory }).map((file) => join(directory, file)),
  );
  if (files.length === 0) throw new Error('the build wrote no declarations');
  expectNoAny(files, root);
}

function expectNoAny(files: readonly string[], folder: string): void {
  const found = files.flatMap((file) => {
    // Comments and strings may say "any".
    const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*|'[^'\n]*'|"[^"\n]*"|`[^`]*`/g, (text) =>
      text.replace(/[^\n]/g, ' '),
    );
    return code
      .split('\n')
      .flatMap((line, index) => (/\bany\b/.test(line) ? [`${relative(folder, file)}:${index + 1}`] : []));
  });
  if (found.length > 0) throw new Error(`any stands in ${found.join(', ')}`);
}

/**
 * Two projects outside the workspace, installed as pnpm does by default: isolated, so that a package sees its own
 * dependencies only. `full` has all that the sources import. `lean` has the least that a user can have: no
 * @types/aws-lambda, the oldest API, and of tracelet only the one import.
 */
function install(folder: string): void {
  const overrides = Object.fromEntries(
    publicPackages.map(({ directory, manifest }) => {
      const tarball = join(folder, `${manifest.name.replace('/', '-')}.tgz`);
      pnpm(['pack', '--out', tarball], directory);
      return [manifest.name, `file:${tarball}`];
    }),
  );
  const full = JSON.parse(readFileSync(join(sourceFolder, 'package.json'), 'utf8')) as ConsumerManifest;
  const { '@types/aws-lambda': _, ...devDependencies } = full.devDependencies;
  const lean = { ...full, dependencies: { '@opentelemetry/api': '1.9.0', '@tracelet/lambda': '*' }, devDependencies };
  for (const [name, manifest] of Object.entries({ full, lean })) {
    const project = join(folder, name);
    mkdirSync(project);
    writeJson(join(project, 'package.json'), manifest);
    // JSON is YAML too.
    writeJson(join(project, 'pnpm-workspace.yaml'), { packages: [], nodeLinker: 'isolated', overrides });
    pnpm(['install', '--no-frozen-lockfile', '--ignore-scripts', '--reporter=append-only'], project);
  }
}

interface ConsumerManifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function pnpm(args: readonly string[], cwd: string): void {
  run('npx', ['-y', 'pnpm@12.21.0', ...args], cwd);
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
