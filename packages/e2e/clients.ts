import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One way to run a handler in the real runtime client: a client version on a Node version. */
export interface Leg {
  /** Shown in test names and in the list of skipped legs. */
  readonly name: string;
  /** The Node binary to start. */
  readonly nodePath: string;
  /** Flags for that binary, before the client's entry file. */
  readonly nodeArgs: readonly string[];
  /** `path` is the client's entry file: version 4 reads `_HANDLER`, version 3 takes the handler as its argument. */
  readonly client: { readonly kind: 'ric'; readonly path: string; readonly major: 3 | 4 };
  /** Why the leg cannot run on this machine, and what to do about it; absent when it can. */
  readonly missing?: string;
}

/** A folder below `clients/` with a lockfile of its own. */
export interface Install {
  readonly name: 'ric4' | 'ric3' | 'nodes' | 'aws-now' | 'aws-2025';
  readonly title: string;
  readonly directory: string;
  /** Files that a finished install has, relative to the folder. */
  readonly products: readonly string[];
  readonly tools: readonly Tool[];
}

/** A program that a native build needs, the arguments that prove it, and the Debian package that has it. */
export interface Tool {
  readonly apt: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** The installs of `pnpm e2e:setup`. */
export const installs: readonly Install[] = [
  {
    name: 'nodes',
    title: 'Node 22.23.3 and 26.10.0',
    directory: clientPath('nodes'),
    products: ['node_modules/node22/bin/node', 'node_modules/node26/bin/node'],
    tools: [],
  },
  {
    name: 'aws-now',
    title: 'the AWS SDK of November 2026',
    directory: clientPath('aws-now'),
    products: ['node_modules/@aws-sdk/client-sqs/package.json', 'node_modules/@smithy/core/package.json'],
    tools: [],
  },
  {
    name: 'aws-2025',
    title: 'the AWS SDK of a year before',
    directory: clientPath('aws-2025'),
    products: ['node_modules/@aws-sdk/client-sqs/package.json', 'node_modules/@smithy/smithy-client/package.json'],
    tools: [],
  },
  {
    name: 'ric4',
    title: 'runtime client 4.0.2',
    directory: clientPath('ric4'),
    products: ['node_modules/aws-lambda-ric/rapid-client.node'],
    tools: [...compiler(), tool('xz-utils', 'xz', '--version')],
  },
  {
    name: 'ric3',
    title: 'runtime client 3.3.0',
    directory: clientPath('ric3'),
    products: ['node_modules/aws-lambda-ric/dist/rapid-client.node'],
    tools: [
      ...compiler(),
      tool('autoconf', 'autoreconf', '--version'),
      tool('automake', 'automake', '--version'),
      tool('libtool', 'libtoolize', '--version'),
      // Its node-gyp imports a module that Python dropped in 3.12 and setuptools still carries.
      tool('python3-setuptools', 'python3', '-c', 'import distutils.version'),
    ],
  },
];

/**
 * The legs of the end-to-end suite, runnable or not. "Node 22" is client 3.3.0, which is what nodejs22.x runs; the
 * two flags of the last leg are what the managed nodejs22.x passes.
 */
export function runtimeClients(): readonly Leg[] {
  const node22 = clientPath('nodes/node_modules/node22/bin/node');
  const node26 = clientPath('nodes/node_modules/node26/bin/node');
  const ric4 = { kind: 'ric', path: clientPath('ric4/node_modules/aws-lambda-ric/index.mjs'), major: 4 } as const;
  const ric3 = { kind: 'ric', path: clientPath('ric3/node_modules/aws-lambda-ric/bin/index.mjs'), major: 3 } as const;
  const managed = ['--no-experimental-require-module', '--no-experimental-detect-module'];
  const legs: readonly (Leg & { needs: readonly Install['name'][] })[] = [
    { name: 'client 4.0.2 on Node 24', nodePath: process.execPath, nodeArgs: [], client: ric4, needs: ['ric4'] },
    { name: 'client 4.0.2 on Node 26', nodePath: node26, nodeArgs: [], client: ric4, needs: ['ric4', 'nodes'] },
    { name: 'client 3.3.0 on Node 22', nodePath: node22, nodeArgs: [], client: ric3, needs: ['ric3', 'nodes'] },
    {
      name: 'client 3.3.0 on Node 22 without require(esm)',
      nodePath: node22,
      nodeArgs: managed,
      client: ric3,
      needs: ['ric3', 'nodes'],
    },
  ];
  return legs.map(({ needs, ...leg }) => {
    const lacking = installs.filter((install) => needs.includes(install.name) && !isInstalled(install));
    return lacking.length === 0 ? leg : { ...leg, missing: lacking.map(whyMissing).join('; ') };
  });
}

/** True when the folder holds a finished install of exactly what its lockfile says. */
export function isInstalled(install: Install): boolean {
  const stampPath = join(install.directory, stampFile);
  return (
    existsSync(stampPath) &&
    readFileSync(stampPath, 'utf8') === stampOf(install) &&
    install.products.every((product) => existsSync(join(install.directory, product)))
  );
}

/** Debian packages that a native build still needs here; empty when it can be built. */
export function missingPackages(install: Install): readonly string[] {
  const lacking = install.tools.filter(
    ({ command, args }) => spawnSync(command, args, { stdio: 'ignore' }).status !== 0,
  );
  return [...new Set(lacking.map(({ apt }) => apt))];
}

/** Why this machine cannot have the install whatever is added to it; `undefined` when it can. */
export function unsupported(install: Install): string | undefined {
  if (process.platform !== 'linux') return 'the runtime client builds on Linux only';
  return install.name === 'nodes' && process.arch !== 'x64' ? 'the pinned Node binaries are for x64 only' : undefined;
}

/** What a finished install is stamped with: the files that decide its content. */
export function stampOf(install: Install): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['package.json', 'pnpm-lock.yaml']) hash.update(readFileSync(join(install.directory, file)));
  return hash.digest('hex');
}

/** Where the stamp lies, relative to the install's folder. */
export const stampFile = 'node_modules/.tracelet-stamp';

function whyMissing(install: Install): string {
  const reason = unsupported(install);
  if (reason !== undefined) return `${install.title}: ${reason}`;
  const packages = missingPackages(install);
  const remedy =
    packages.length === 0 ? 'pnpm e2e:setup' : `apt-get install -y ${packages.join(' ')} && pnpm e2e:setup`;
  return `${install.title} is not installed, run: ${remedy}`;
}

function compiler(): readonly Tool[] {
  return [
    tool('g++', 'g++', '--version'),
    tool('make', 'make', '--version'),
    tool('cmake', 'cmake', '--version'),
    tool('python3', 'python3', '--version'),
  ];
}

function tool(apt: string, command: string, ...args: readonly string[]): Tool {
  return { apt, command, args };
}

function clientPath(path: string): string {
  return join(import.meta.dirname, 'clients', path);
}
