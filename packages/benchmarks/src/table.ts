import type { PartData, Row } from './data.ts';
import type { Spread } from './stats.ts';

/** One column: its title, and what it says of a row; the part is there to compare with. */
export interface Column {
  readonly title: string;
  readonly cell: (row: Row, part: PartData) => string;
}

/** Renders a part as a Markdown table. A contestant that could not be measured is said, not left out. */
export function renderTable(part: PartData, columns: readonly Column[]): string {
  const lines = part.rows.map((row) => {
    const missing = row.problem === undefined ? '' : ` **${row.problem.replaceAll('|', '/')}**`;
    return `| ${row.label}${missing} | ${columns.map(({ cell }) => cell(row, part)).join(' | ')} |`;
  });
  const titles = ['contestant', ...columns.map(({ title }) => title)];
  return [`| ${titles.join(' | ')} |`, `|${'---|'.repeat(titles.length)}`, ...lines].join('\n');
}

/** The median of a value; NaN when it was not measured. */
export function median(row: Row | undefined, name: string): number {
  // Missing values come as null from the file.
  return row?.values[name]?.median ?? Number.NaN;
}

/** The row of a contestant. */
export function rowOf(part: PartData | undefined, id: string): Row | undefined {
  return part?.rows.find((row) => row.id === id);
}

/** What a contestant adds to the bare function. */
export function added(row: Row | undefined, part: PartData | undefined, name: string): number {
  return median(row, name) - median(rowOf(part, 'bare'), name);
}

/** What it adds, as a share of what (2) adds. */
export function addedShare(row: Row | undefined, part: PartData | undefined, name: string): number {
  return added(row, part, name) / added(rowOf(part, 'otel-2.12'), part, name);
}

/** A column of medians. */
export function plain(title: string, name: string, scale = 1): Column {
  return { title, cell: (row) => number(median(row, name) * scale) };
}

/** A column of medians with the least and the most. */
export function ranged(title: string, name: string): Column {
  return { title, cell: (row) => range(row.values[name]) };
}

/** A column of medians as multiples of the bare function's. */
export function timesBare(title: string, name: string): Column {
  return { title, cell: (row, part) => fixed(median(row, name) / median(rowOf(part, 'bare'), name)) };
}

/** A column of what is added to the bare function. */
export function addedTo(title: string, name: string, scale = 1): Column {
  return { title, cell: (row, part) => number(added(row, part, name) * scale) };
}

/** A column of what is added, as a share of what (2) adds. */
export function addedOf2(title: string, name: string): Column {
  return { title, cell: (row, part) => fixed(addedShare(row, part, name)) };
}

/** A number for a reader: three digits that count, thousands marked; a dash when it was not measured. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const magnitude = Math.abs(value);
  if (magnitude >= 100) return Math.round(value).toLocaleString('en');
  const digits = magnitude >= 10 ? 0 : magnitude >= 1 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}

/** Two digits after the point, for ratios; a dash when there is none. */
export function fixed(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2).replace('-0.00', '0.00') : '-';
}

function range(spread: Spread | undefined): string {
  if (spread === undefined) return '-';
  return `${number(spread.median)} (${number(spread.min)}-${number(spread.max)})`;
}
