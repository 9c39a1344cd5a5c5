import { BROKEN } from '@tracelet/core';
import type { Rule } from './check-settings.ts';
import { isSlow } from './slow-pattern.ts';

/**
 * What `redact` of a preset or of a function may be. Where it is anything else inside Lambda, nobody knows what was meant
 * to be hidden: then nothing is exported.
 */
export const redaction: Rule = Object.assign((value: unknown) => faultOf(value) ?? (true as const), {
  fallback: BROKEN,
});

const MEMBERS: readonly string[] = ['keys', 'patterns', 'value'];

/** What the value has to be instead; nothing when it is fine. */
function faultOf(value: unknown): string | undefined {
  if (Array.isArray(value)) return first(value, faultOf);
  if (typeof value === 'function') return undefined;
  if (typeof value !== 'object' || value === null || isPattern(value)) return SHAPE;
  const { keys, patterns, value: rule } = value as Readonly<Record<string, unknown>>;
  if (Object.keys(value).some((name) => !MEMBERS.includes(name))) return SHAPE;
  if (rule !== undefined && typeof rule !== 'function') return 'given a function as its value';
  return listFault(keys, 'keys', keyFault) ?? listFault(patterns, 'patterns', patternFault);
}

function listFault(value: unknown, name: string, faultOf: (item: unknown) => string | undefined): string | undefined {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? first(value, faultOf) : `given a list as its ${name}`;
}

function keyFault(key: unknown): string | undefined {
  if (typeof key === 'string' && key !== '') return undefined;
  return isPattern(key) ? slowFault(key) : 'given names or patterns (RegExp) as its keys';
}

function patternFault(pattern: unknown): string | undefined {
  return isPattern(pattern) ? slowFault(pattern) : 'given patterns (RegExp) as its patterns';
}

function slowFault(pattern: RegExp): string | undefined {
  return isSlow(pattern) ? `free of ${pattern}, which takes too long for some texts: bound what it repeats` : undefined;
}

function first(items: readonly unknown[], faultOf: (item: unknown) => string | undefined): string | undefined {
  return items.map(faultOf).find((fault) => fault !== undefined);
}

/** A RegExp of any realm: test runners have one of their own. */
function isPattern(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === '[object RegExp]';
}

const SHAPE = 'a function, or an object with keys, patterns or value';
