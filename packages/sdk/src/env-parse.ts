import { diagnose } from '@tracelet/core';
import { type VariableName, type VariableRow, type VariableType, variables } from './env-table.ts';
import { percentDecode } from './percent-decode.ts';
import { MAX_DELAY_MS } from './within.ts';

/** As {@link Value}, without the default. */
export type Parsed<R extends VariableRow> = R extends { type: 'enum'; values: readonly (infer V)[] }
  ? V
  : R extends { type: 'list'; values: readonly (infer V)[] }
    ? readonly V[]
    : R['type'] extends 'boolean'
      ? boolean
      : R['type'] extends 'integer' | 'ratio' | 'duration_ms'
        ? number
        : R['type'] extends 'pairs' | 'headers'
          ? Readonly<Record<string, string>>
          : string;

/** The type of a variable's value, derived from its row. */
export type Value<R extends VariableRow> = Parsed<R> | (R extends { default: unknown } ? never : undefined);

/** Reads variables by their rows. */
export interface EnvReader {
  /** The value, or the row's default. */
  read<N extends keyof typeof variables>(name: N): Value<(typeof variables)[N]>;
  /** The value; `undefined` when unset or malformed, whatever the row's default. */
  parse<R extends VariableRow>(name: VariableName, row: R): Parsed<R> | undefined;
}

/**
 * Makes a reader. A malformed value is said once, as `bad_environment:<name>`, and counts as unset. Never throws, and
 * never prints a value of a kind that may hold a secret.
 */
export function makeEnvReader(env: NodeJS.ProcessEnv): EnvReader {
  const parse = <R extends VariableRow>(name: VariableName, row: R): Parsed<R> | undefined =>
    parseVariable(name, env[name]?.trim() ?? '', row) as Parsed<R> | undefined;
  return {
    parse,
    read<N extends keyof typeof variables>(name: N) {
      const row: VariableRow = variables[name];
      return (parse(name, row) ?? row.default) as Value<(typeof variables)[N]>;
    },
  };
}

/** Parses `key=value,key=value` with percent-encoding. `bad` counts the pairs that could not be read. */
export function parsePairs(text: string): { pairs: [key: string, value: string][]; bad: number } {
  const pairs: [string, string][] = [];
  let bad = 0;
  for (const entry of text.split(',')) {
    if (entry.trim() === '') continue;
    const [name = '', ...rest] = entry.split('=');
    const key = percentDecode(name);
    const value = percentDecode(rest.join('='));
    if (rest.length > 0 && key && value !== undefined) pairs.push([key, value]);
    else bad += 1;
  }
  return { pairs, bad };
}

function parseVariable(name: VariableName, text: string, row: VariableRow): unknown {
  const kind = kinds[row.type];
  if (text === '' || kind === undefined) return text || undefined;
  const complain: Complain = (ignored) => {
    const wanted = kind.expected + (row.values ?? []).join(', ') + (row.hint ?? '');
    diagnose(`bad_environment:${name}`, `${name}: ${ignored} is ignored`, `Set it to ${wanted}.`);
  };
  const value = kind.parse(text, row, complain);
  if (value === undefined) complain(SECRETIVE.test(row.type) ? 'a malformed value' : quote(text));
  return value;
}

type Complain = (ignored: string) => void;

/** One type of variable: what is expected, and how it is parsed: `undefined` when it is malformed as a whole. */
interface Kind {
  readonly expected: string;
  readonly parse: (text: string, row: VariableRow, complain: Complain) => unknown;
}

const SECRETIVE = /headers|pairs|url/;
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** More than the longest delay is as good as that, and so it is for counts. */
const whole: Kind = {
  expected: 'a whole number',
  parse: (text) => (/^\d+$/.test(text) ? Math.min(Number(text), MAX_DELAY_MS) : undefined),
};

/** A type that is not here takes any text. */
const kinds: Readonly<Partial<Record<VariableType, Kind>>> = {
  boolean: {
    expected: 'true or false',
    parse: (text) => (/^(true|false)$/i.test(text) ? text.length === 4 : undefined),
  },
  enum: { expected: 'one of ', parse: (text, { values }) => values?.find((value) => value === text.toLowerCase()) },
  list: {
    expected: 'a list of ',
    parse(text, { values = [] }, complain) {
      const names = text.split(',').map((name) => name.trim().toLowerCase());
      const known = [...new Set(names)].filter((name) => values.includes(name));
      if (known.length === 0) return undefined;
      const unknown = names.find((name) => name && !values.includes(name));
      if (unknown) complain(quote(unknown));
      return known;
    },
  },
  pairs: {
    expected: 'percent-encoded key=value,key=value',
    parse(text) {
      const { pairs, bad } = parsePairs(text);
      return bad > 0 ? undefined : Object.fromEntries(pairs);
    },
  },
  headers: {
    expected: 'percent-encoded key=value,key=value',
    parse(text, _row, complain) {
      const { pairs, bad } = parsePairs(text);
      const headers = pairs.map(([name, value]): [string, string] => [name.toLowerCase(), value]);
      const good = headers.filter(([name, value]) => HEADER_NAME.test(name) && HEADER_VALUE.test(value));
      const left = pairs.length + bad - good.length;
      if (left > 0) complain(`what is malformed (${left} of ${pairs.length + bad})`);
      return Object.fromEntries(good);
    },
  },
  integer: whole,
  duration_ms: whole,
  ratio: {
    expected: 'a number from 0 to 1',
    parse: (text) => (Number(text) >= 0 && Number(text) <= 1 ? Number(text) : undefined),
  },
  url: {
    expected: 'an http:// or https:// URL',
    parse: (text) => (/^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined),
  },
};

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
