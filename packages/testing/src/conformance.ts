import { isDeepStrictEqual } from 'node:util';
import { REDACTED, TraceletError } from '@tracelet/core';
import type { TreeSpan } from './span-tree.ts';

/** What of a preset the check reads; a `Preset` of `@tracelet/lambda` fits. */
export interface PresetRules {
  readonly enforce?:
    | {
        readonly attributes?: Readonly<Record<string, unknown>> | undefined;
        readonly require?: readonly string[] | undefined;
      }
    | undefined;
}

/** What a company asks of the spans of a function beside its preset. */
export interface ConformanceRules {
  /** Attributes that the span of every invocation has to have. */
  readonly require?: readonly string[] | undefined;
  /**
   * Attributes that no span or link, and fields that no log line may have, by name or by pattern of the name. One whose value
   * the preset's redaction took out of a line may stay.
   */
  readonly forbid?: readonly (string | RegExp)[] | undefined;
  /** What the name of every attribute has to match. */
  readonly attributeNames?: RegExp | undefined;
  /** What the name of every span has to match. */
  readonly spanNames?: RegExp | undefined;
  /** How many spans one run may have. Default: any number. */
  readonly maxSpans?: number | undefined;
}

/** What a function recorded; a `Run` of a harness fits. */
export interface RecordedRun {
  readonly spans: { readonly spans: readonly TreeSpan[] };
  readonly logs?: readonly Readonly<Record<string, unknown>>[] | undefined;
}

/** Holds runs of a harness to the rules of a company. */
export interface Conformance {
  /** Everything that breaks a rule, a sentence each; none when all is well. */
  violations(run: RecordedRun): readonly string[];
  /** @throws {TraceletError} `not_conformant` that names everything that breaks a rule. */
  check(run: RecordedRun): void;
}

/**
 * Makes the check that a platform team runs over every function of a company, in the tests of each.
 *
 * @param preset The company's preset: what it enforces and requires has to be on the span of the invocation.
 * @example
 * conformance(preset, { forbid: [/email/], maxSpans: 50 }).check(await harness().run(handler, event));
 */
export function conformance(preset: PresetRules, rules: ConformanceRules = {}): Conformance {
  const enforced = Object.entries(preset.enforce?.attributes ?? {});
  const required = new Set([...(preset.enforce?.require ?? []), ...(rules.require ?? [])]);
  const forbidden = (key: string): boolean =>
    rules.forbid?.some((one) => (typeof one === 'string' ? one === key : fits(one, key))) ?? false;
  const violations: Conformance['violations'] = ({ logs = [], spans: { spans } }) => {
    const found: string[] = [];
    const roots = spans.filter(({ kind }) => kind === 'SERVER');
    if (roots.length === 0) found.push('there is no span of an invocation: wrap the handler');
    for (const { attributes, name } of roots) {
      for (const key of required) if (!(key in attributes)) found.push(`the span ${name} has no ${key}`);
      for (const [key, value] of enforced) {
        if (isDeepStrictEqual(attributes[key], value)) continue;
        found.push(`the span ${name} has ${key} ${say(attributes[key])}, not ${say(value)}`);
      }
    }
    for (const { attributes, links, name } of spans) {
      for (const key of links.flatMap(keysOf).filter(forbidden))
        found.push(`a link of the span ${name} has the forbidden ${key}`);
      if (!fits(rules.spanNames, name)) found.push(`the name of the span ${name} breaks the rule`);
      for (const key of Object.keys(attributes)) {
        if (forbidden(key)) found.push(`the span ${name} has the forbidden ${key}`);
        if (!fits(rules.attributeNames, key)) found.push(`the name of ${key} on the span ${name} breaks the rule`);
      }
    }
    for (const line of logs) {
      for (const key of Object.keys(line).filter(forbidden)) {
        if (line[key] !== REDACTED) found.push(`the log line ${say(line.message)} has the forbidden ${key}`);
      }
    }
    const { maxSpans = Infinity } = rules;
    if (spans.length > maxSpans) found.push(`there are ${spans.length} spans, and ${maxSpans} are allowed`);
    return [...new Set(found)];
  };
  return {
    violations,
    check(run) {
      const found = violations(run);
      if (found.length === 0) return;
      throw new TraceletError('not_conformant', `The function breaks rules of its company: ${found.join('; ')}.`);
    },
  };
}

function keysOf(link: unknown): readonly string[] {
  return Object.keys((link as { readonly attributes?: object }).attributes ?? {});
}

/** A pattern with the flag `g` would remember where it was. */
function fits(pattern: RegExp | undefined, text: string): boolean {
  return pattern === undefined || text.search(pattern) >= 0;
}

function say(value: unknown): string {
  return JSON.stringify(value) ?? 'missing';
}
