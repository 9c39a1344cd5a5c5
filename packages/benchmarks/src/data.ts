import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Spread } from './stats.ts';

/** The parts of the benchmarks, in the order of the page. */
export const partNames = [
  'cold',
  'cold-512',
  'cold-128',
  'cold-init',
  'warm',
  'backends',
  'records',
  'calls',
  'lines',
  'leak',
] as const;

/** One of them. */
export type PartName = (typeof partNames)[number];

/** What one contestant cost. */
export interface Row {
  readonly id: string;
  readonly label: string;
  /** Why there are no values, or which of them cannot be trusted. */
  readonly problem?: string;
  readonly values: Readonly<Record<string, Spread>>;
}

/** What one part measured. */
export interface PartData {
  /** How often, in words. */
  readonly runs: string;
  readonly rows: readonly Row[];
}

/** Everything that the page and the README's table are made of. */
export interface BenchData {
  /** The machine and the versions, without any name of it. */
  readonly machine: string;
  readonly measuredOn: string;
  readonly parts: Partial<Readonly<Record<PartName, PartData>>>;
}

/** Where the figures are kept. */
export const dataPath: string = join(import.meta.dirname, '../../../docs/reference/performance.json');

/** The figures that are kept; undefined when there are none yet. */
export function readData(): BenchData | undefined {
  if (!existsSync(dataPath)) return undefined;
  return JSON.parse(readFileSync(dataPath, 'utf8')) as BenchData;
}

/** The figures that are kept. Throws when there are none yet. */
export function requireData(): BenchData {
  const data = readData();
  if (data === undefined) throw new Error('docs/reference/performance.json is missing: run pnpm bench.');
  return data;
}

/** Keeps figures. */
export function writeData(data: BenchData): void {
  const rounded = JSON.stringify(
    data,
    (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value),
    1,
  );
  writeFileSync(dataPath, `${rounded}\n`);
}
