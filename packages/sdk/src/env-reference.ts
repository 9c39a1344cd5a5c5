import { type VariableDoc, type VariableGroup, variableDocs } from './env-docs.ts';
import { readElsewhere } from './env-docs-elsewhere.ts';
import { otlpVariables, type VariableRow, variables } from './env-table.ts';

/** A variable with everything that is known of it. */
export interface DocumentedVariable {
  readonly name: string;
  readonly row: VariableRow;
  readonly doc: VariableDoc;
}

/** Every environment variable that tracelet reads, in any of its packages, in the order of the reference page. */
export function documentedVariables(): readonly DocumentedVariable[] {
  const own = Object.entries(variableDocs).map(([name, doc]) => ({ name, row: rowOf(name), doc }));
  const elsewhere = Object.entries(readElsewhere).map(([name, { row, ...doc }]) => ({ name, row, doc }));
  return [...own, ...elsewhere];
}

/** Renders the reference page of all environment variables as Markdown. */
export function renderEnvironmentPage(): string {
  const all = documentedVariables();
  const sections = GROUPS.map(([group, intro]) => {
    const lines = all.filter(({ doc }) => doc.group === group).map(renderLine);
    return [`## ${group}`, intro, [...HEAD, ...lines].join('\n')].join('\n\n');
  });
  return `${[TITLE, INTRO, ...sections].join('\n\n')}\n`;
}

const TITLE = '# Environment variables';
const INTRO = `Every variable that tracelet reads, in any of its packages. None of them has to be set. Each name links to the page that
defines it.

An empty variable counts as unset. A malformed one is said once, as one JSON line with the code \`bad_environment:\` and
its name, and counts as unset too; it never stops a function. Names out of a fixed set are taken in any case. What the
environment says comes before what a preset says.`;

const GROUPS: readonly (readonly [group: VariableGroup, intro: string])[] = [
  ['General', 'What the telemetry is about, and the main switch.'],
  ['Context', 'How a trace is found in what comes in, and handed on in what goes out.'],
  ['Sampling', 'Which traces are recorded.'],
  ['Exporters', 'Where telemetry goes.'],
  ['OTLP', "How the `otlp` exporter sends. A signal's own variable comes before the general one."],
  ['Limits', 'How much one span may hold; what exceeds a limit is dropped, and the span says how much that was.'],
  ['tracelet', 'What no OpenTelemetry variable covers.'],
  ['Lambda', 'Set by Lambda; there is no need to set them.'],
];

const HEAD = ['| Name | Type | Default | What it does |', '| --- | --- | --- | --- |'];

const TYPES: Readonly<Record<VariableRow['type'], string>> = {
  string: 'text',
  boolean: '`true` or `false`',
  enum: 'one of ',
  list: 'list of ',
  pairs: '`key=value,...`, percent-encoded',
  headers: '`name=value,...`, percent-encoded',
  integer: 'whole number',
  ratio: 'number from 0 to 1',
  duration_ms: 'milliseconds',
  url: 'URL, http or https',
  path: 'path of a file',
};

function renderLine({ name, row, doc }: DocumentedVariable): string {
  const values = (row.values ?? []).map((value) => `\`${value}\``).join(', ');
  const type = TYPES[row.type] + values + (doc.unit === undefined ? '' : `, in ${doc.unit}`);
  const title = doc.spec === undefined ? `\`${name}\`` : `[\`${name}\`](${doc.spec})`;
  return `| ${title} | ${type} | ${doc.default ?? renderDefault(row)} | ${doc.about} |`;
}

function renderDefault({ default: value }: VariableRow): string {
  if (value === undefined) return 'unset';
  return `\`${Array.isArray(value) ? value.join(',') : String(value)}\``;
}

function rowOf(name: string): VariableRow {
  const rows: Readonly<Record<string, VariableRow>> = { ...variables, ...otlpVariables };
  const row = rows[name] ?? rows[name.replace(/^OTEL_EXPORTER_OTLP_(TRACES_|LOGS_)?/, '')];
  if (row === undefined) throw new Error(`${name} is documented, but not in the table of env-table.ts`);
  return row;
}
