import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchTrigger, Trigger } from '../packages/core/src/trigger.ts';
import { fixtures } from '../packages/core/src/triggers/all.fixture.ts';
import { builtInTriggers, unknownTrigger } from '../packages/core/src/triggers/index.ts';
import { type Observed, observe } from '../packages/core/src/triggers/observe.fixture.ts';
import type { Fixture } from '../packages/core/src/triggers/trigger.fixture.ts';

/** What the page is made of. */
export interface TriggerSources {
  /** In the order in which they are tried. */
  readonly triggers: readonly Trigger[];
  readonly fixtures: readonly Fixture[];
  /** The text of the file that declares a trigger. */
  readonly source: (id: string) => string;
}

/** The triggers of this repository. */
export const ownTriggers: TriggerSources = {
  triggers: [...builtInTriggers, unknownTrigger],
  fixtures,
  source: (id) => readFileSync(join(import.meta.dirname, `../packages/core/src/triggers/${id}.ts`), 'utf8'),
};

/**
 * Renders the reference of triggers: what they are from the comments of their files, what they write from their
 * fixtures, each sent through the real pipeline.
 *
 * @throws Error that names the trigger whose file, comment, tag or fixture is missing.
 */
export async function renderTriggersPage(sources: TriggerSources = ownTriggers): Promise<string> {
  const entries: Entry[] = [];
  for (const trigger of sources.triggers) entries.push(await describe(trigger, sources));
  const common = {
    invocation: inAll(entries.flatMap(({ seen }) => seen.invocation)),
    batch: inAll(entries.flatMap(({ seen }) => seen.batch)),
    record: inAll(entries.flatMap(({ seen }) => seen.record)),
  };
  const rows = entries.map(
    ({ id, kind, summary }) => `| [\`${id}\`](#${id}) | \`${kind}\` | ${firstSentence(summary)} |`,
  );
  return `${[
    '# Triggers',
    INTRODUCTION,
    `Every invocation's span has ${list(common.invocation)}, and \`error.type\` when it failed. A batch's span has ` +
      `${list(common.batch)}; a record's span has ${list(common.record)}. The lists below leave them out. Attributes ` +
      'stand for what an event of the source may hold: one that an event does not have is not written.',
    ['| Trigger | `faas.trigger` | Events |', '| --- | --- | --- |', ...rows].join('\n'),
    ...entries.map((entry) => section(entry, common)),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = `tracelet recognises where an event comes from by its shape. The triggers are tried in the order of
this page, after those that you [declare yourself](../how-to/add-a-trigger.md); the first that matches is
\`tracelet.trigger\` of the invocation's span. Its trace context is looked for in the places named here, after a client
context: Lambda hands one over only to a function that somebody called directly. What a record of a batch carries becomes
a link of its span, never its parent.`;

interface Seen {
  readonly invocation: readonly (readonly string[])[];
  readonly batch: readonly (readonly string[])[];
  readonly record: readonly (readonly string[])[];
}

type Common = { readonly [Span in keyof Seen]: readonly string[] };

interface Entry {
  readonly id: string;
  readonly kind: string;
  readonly summary: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly seen: Seen;
  readonly records: BatchTrigger<unknown, unknown, unknown>['records'] | undefined;
}

const FUNCTION_NAME = 'shop';

async function describe(trigger: Trigger, { fixtures, source }: TriggerSources): Promise<Entry> {
  const { id, kind, records } = trigger as BatchTrigger<unknown, unknown, unknown>;
  const { summary, tags } = commentOf(id, source);
  const own = fixtures.filter(({ matches }) => (matches[0] ?? 'unknown') === id);
  if (own.length === 0) throw new Error(`The trigger ${id} has no fixture: add one to a *.fixture.ts beside it.`);
  const observed: Observed[] = [];
  for (const { event } of own) observed.push(await observe(event, undefined, { statusCode: 200 }));
  const named = observed.find(({ invocation }) => invocation.name !== FUNCTION_NAME);
  if (named !== undefined && tags.name === undefined)
    throw new Error(`The trigger ${id} calls a span ${named.invocation.name}: state the rule as @name in its comment.`);
  const names = ({ attributes }: { attributes: object }): string[] => Object.keys(attributes);
  const seen = {
    invocation: observed.map(({ invocation }) => names(invocation)),
    batch: observed.flatMap(({ batch }) => (batch === undefined ? [] : [names(batch)])),
    record: observed.flatMap((each) => each.records.map(names)),
  };
  return { id, kind, summary, tags, seen, records };
}

const COMMENT = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export const \w+: (?:Batch)?Trigger\b/;

/** The comment before the descriptor, taken apart. */
function commentOf(id: string, source: TriggerSources['source']): Pick<Entry, 'summary' | 'tags'> {
  const file = `packages/core/src/triggers/${id}.ts`;
  let text: string;
  try {
    text = source(id);
  } catch {
    throw new Error(`The trigger ${id} has no file of its own: declare it in ${file}.`);
  }
  const comment = COMMENT.exec(text)?.[1];
  if (comment === undefined) throw new Error(`The trigger ${id} has no comment before its descriptor in ${file}.`);
  const plain = comment.replaceAll(/\n\s*\* ?/g, '\n').replaceAll(/\{@link (\w+)\}/g, '`$1`');
  const [summary = '', ...rest] = plain.split(/\n@/).map((part) => part.replaceAll(/\s+/g, ' ').trim());
  const tags = Object.fromEntries(rest.map((tag) => [tag.split(' ', 1)[0] ?? '', tag.slice(tag.indexOf(' ') + 1)]));
  if (summary === '') throw new Error(`The trigger ${id} does not say what it is: write a sentence in ${file}.`);
  if (!tags.carrier) throw new Error(`The trigger ${id} does not say where its trace context is: @carrier in ${file}.`);
  if (!/^https:\/\/\S+$/.test(tags.see ?? '')) throw new Error(`The trigger ${id} links to no page: @see in ${file}.`);
  return { summary, tags };
}

function section({ id, kind, records, seen, summary, tags }: Entry, common: Common): string {
  const rest = (span: keyof Seen): string => list(without(inAny(seen[span]), common[span])) || 'none';
  const lines = [
    `Kind: \`${kind}\``,
    `Span name: ${tags.name ?? "the function's name"}${records === undefined || records.single ? '' : '; `process {source}` for the batch and each record'}`,
    `Trace context: ${tags.carrier?.replace(/\.$/, '')}`,
    `Attributes: ${rest('invocation')}`,
    ...(seen.batch.length > 0 ? [`Attributes of the batch: ${rest('batch')}`] : []),
    ...(seen.record.length > 0 ? [`Attributes of a record: ${rest('record')}`] : []),
    ...(records === undefined ? [] : [`Order: ${orderOf(records)}`, `Retries: ${retriesOf(records)}`]),
  ];
  return [`## ${id}`, `${summary} [Documentation](${tags.see})`, lines.map((line) => `- ${line}`).join('\n')].join(
    '\n\n',
  );
}

type Records = NonNullable<Entry['records']>;

function orderOf({ order = 'any', resumes }: Records): string {
  if (order === 'any') return 'each record stands alone';
  if (order === 'sequence') return 'a sequence: nothing after the first failure is run, the source resumes there';
  return `groups: each stops at its first failure${resumes ? ', where the source resumes it' : ''}`;
}

function retriesOf({ answer, respond }: Records): string {
  if (answer !== undefined) return 'the source takes an answer for each record';
  if (respond === undefined) return 'the whole event; the source knows no partial response';
  return "the whole batch, or with `failures: 'report'` what the partial response names";
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function firstSentence(text: string): string {
  return /^.*?(?:\.|(?<=\w):)(?=\s|$)/.exec(text)?.[0].replace(/:$/, '.') ?? text;
}

function inAny(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())].sort();
}

function inAll(lists: readonly (readonly string[])[]): readonly string[] {
  return inAny(lists).filter((name) => lists.every((each) => each.includes(name)));
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  return names.filter((name) => !others.includes(name));
}
