import { sayFailure } from './diagnose.ts';
import { isSecretKey, REDACTED, type Redact, type Redaction, type RedactionRules, rulesOf } from './redact.ts';
import { redactText, redactWithin } from './redact-text.ts';
import { currentPipeline } from './shared.ts';

/** The rules in force for what leaves the process. They only ever grow. */
export interface Redactor {
  /** Grows with every rule: what was judged before has to be judged again. */
  readonly version: number;
  /** Whether a rule could not be read: then nothing is exported, and nothing is shown. */
  readonly broken: boolean;
  /** Adds rules; those that are known already are passed over. */
  add(rules: readonly (Redact | Redaction)[]): void;
  /** Whether what is called so must not be shown. */
  isSecret(key: string): boolean;
  /** Hides the secrets inside a text; the same text when there are none. */
  text(text: string): string;
  /** The same for a text that has no key but what it is called in the rules that are functions: a message, a span's name. */
  say(key: 'message' | 'name' | 'status.message', text: string): string;
  /** The word of the rules that are functions on a value that is not hidden by its name. */
  judge(key: string, value: unknown): unknown;
  /**
   * What may be shown in the place of each member of a plain object, at any depth; the same object when it holds no
   * secret.
   *
   * @param again Whether the rules that are functions have seen the values: then they are not asked.
   */
  members<T extends object>(values: T, again?: boolean): T;
}

/** Stands in the place of rules that cannot be used: the company meant something to be hidden, and nobody knows what. */
export const BROKEN: Redact = () => REDACTED;

/** Texts longer than this are cut, as those of log lines always were. */
const MAX_CHARS = 32_768;

/** A pattern that takes quadratic time, as one for e-mail addresses may, takes 60 ms for a text of this length. */
const MAX_CHARS_FOR_PATTERNS = 8192;

/** No card number is below, and few numbers are above. */
const LEAST_CARD = 3e13;

/** Of what lies deeper nothing is shown; encoders stop there as well. */
const MAX_DEPTH = 24;

// Keys are few and come again; bounded, because they may come from outside.
const MAX_VERDICTS = 1000;
const MAX_VERDICT_CHARS = 128;
/** A longer name is not looked through for the keys of a preset, and its value not shown. */
const MAX_KEY_CHARS = 256;

/** A longer value is not remembered, because that would keep it alive. */
const MAX_CLEAN_CHARS = 256;

/** What is known of a key. */
interface Verdict {
  readonly secret: boolean;
  /** The key as it may be shown. */
  readonly shown: string;
  /** Numbers and truth values that have it pass. */
  readonly passes: boolean;
  /** The last value that held no secret. Record by record most values are the same: this saves 0.1 us each. */
  clean: unknown;
}

/** Makes the rules: the defaults, and what is given. */
export function makeRedactor(...given: readonly (RedactionRules | undefined)[]): Redactor {
  const known = new Set<Redact | Redaction>();
  const names = new Set<string>();
  const keys: RegExp[] = [];
  const patterns: RegExp[] = [];
  const values: Redact[] = [];
  const verdicts = new Map<string, Verdict>();
  /** As {@link Verdict.clean}, of what has no key. */
  const lastSaid = new Map<string, string>();
  let version = 0;
  let isAsking = false;

  const isNamed = (key: string): boolean => {
    if (names.size + keys.length === 0) return false;
    const lower = key.toLowerCase();
    if (names.has(lower) || names.has(lower.slice(lower.lastIndexOf('.') + 1))) return true;
    return keys.length > 0 && (key.length > MAX_KEY_CHARS || keys.some((pattern) => pattern.test(key)));
  };
  const isSecret = (key: string): boolean => isSecretKey(key) || isNamed(key);
  const search = (text: string): string =>
    patterns.reduce((shown, pattern) => shown.replace(pattern, hide), redactText(text));
  const text = (given: string): string =>
    patterns.length === 0
      ? redactWithin(given, MAX_CHARS, redactText)
      : redactWithin(given, MAX_CHARS_FOR_PATTERNS, search);

  const verdictOf = (key: string): Verdict => {
    const found = verdicts.get(key);
    if (found !== undefined) return found;
    const [secret, shown] = [isSecret(key), text(key)];
    const passes = !secret && shown === key && values.length === 0;
    const verdict = { secret, shown, passes, clean: undefined };
    if (key.length > MAX_VERDICT_CHARS) return verdict;
    if (verdicts.size >= MAX_VERDICTS) verdicts.clear();
    verdicts.set(key, verdict);
    return verdict;
  };
  const judge = (key: string, value: unknown): unknown => {
    if (values.length === 0) return value;
    // A rule that logs would be asked for what it logs, and so on.
    if (isAsking) return REDACTED;
    isAsking = true;
    try {
      return values.reduce((shown, rule) => rule(key, shown), value);
    } catch (error) {
      sayFailure('redact_failed', 'The redaction', error);
      return REDACTED;
    } finally {
      isAsking = false;
    }
  };

  const look = (value: unknown, depth: number, again: boolean): unknown => {
    switch (typeof value) {
      case 'string':
        return text(value);
      case 'number':
        return isSmall(value) ? value : lookAs(String(value), value);
      case 'bigint':
        return lookAs(String(value), value);
      case 'object':
        return value === null ? value : lookInside(value, depth + 1, again);
      default:
        return value;
    }
  };
  const lookAs = (said: string, value: unknown): unknown => {
    const shown = text(said);
    return shown === said ? value : shown;
  };
  const lookInside = (value: object, depth: number, again: boolean): unknown => {
    if (depth > MAX_DEPTH) return REDACTED;
    if (value instanceof Uint8Array) return lookAs(Buffer.from(value).toString('latin1'), value);
    return Array.isArray(value) ? lookAll(value, (item) => look(item, depth, again)) : members(value, again, depth);
  };

  const show = (key: string, value: unknown, verdict: Verdict, depth: number, again: boolean): unknown => {
    if (verdict.secret) return hideSecret(value);
    const shown = look(again ? value : judge(key, value), depth, again);
    if (shown === value && verdict.passes && mayKeep(value)) verdict.clean = value;
    return shown;
  };
  const members = <T extends object>(given: T, again = false, depth = 0): T => {
    let copy: Record<string, unknown> | undefined;
    for (const key in given) {
      const value: unknown = given[key];
      const verdict = verdictOf(key);
      if (verdict.passes && (value === verdict.clean || isSmall(value))) continue;
      const shown = show(key, value, verdict, depth, again);
      if (shown === value && verdict.shown === key) continue;
      copy ??= { ...given } as Record<string, unknown>;
      if (verdict.shown !== key || shown === undefined) delete copy[key];
      if (shown !== undefined) copy[verdict.shown] = shown;
    }
    return (copy as T | undefined) ?? given;
  };

  const redactor: Redactor = {
    get version() {
      return version;
    },
    get broken() {
      return known.has(BROKEN);
    },
    add(rules) {
      for (const rule of rules) {
        if (known.has(rule)) continue;
        known.add(rule);
        const given: Redaction = typeof rule === 'function' ? { value: rule } : rule;
        for (const key of given.keys ?? []) {
          if (typeof key === 'string') names.add(key.toLowerCase());
          else keys.push(stateless(key, ''));
        }
        for (const pattern of given.patterns ?? []) patterns.push(stateless(pattern, 'g'));
        if (given.value !== undefined) values.push(given.value);
        verdicts.clear();
        lastSaid.clear();
        version += 1;
      }
    },
    isSecret: (key) => verdictOf(key).secret,
    text,
    say(key, said) {
      if (said === lastSaid.get(key)) return said;
      const judged = judge(key, said);
      const shown = text(typeof judged === 'string' ? judged : String(judged));
      if (shown === said && values.length === 0 && mayKeep(said)) lastSaid.set(key, said);
      return shown;
    },
    judge,
    members,
  };
  redactor.add(given.flatMap(rulesOf));
  return redactor;
}

const defaults: Redactor = /* @__PURE__ */ makeRedactor();

/** The rules in force for the running code; the defaults before the first wrap. */
export function currentRedactor(): Redactor {
  return currentPipeline()?.redact ?? defaults;
}

/** What stands for the value of a secret; whether it is there at all may be shown. */
export function hideSecret(value: unknown): unknown {
  return value === undefined || value === null || typeof value === 'boolean' ? value : REDACTED;
}

function mayKeep(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_CLEAN_CHARS;
}

function isSmall(value: unknown): boolean {
  return typeof value === 'number' ? value < LEAST_CARD : typeof value === 'boolean';
}

/** A pattern of ours, which remembers no place and finds every match. */
function stateless({ flags, source }: RegExp, flag: string): RegExp {
  return new RegExp(source, flags.replaceAll(/[gy]/g, '') + flag);
}

function hide(match: string): string {
  return match === '' ? '' : REDACTED;
}

/** The same list when no item of it became another. */
function lookAll(items: readonly unknown[], look: (item: unknown) => unknown): readonly unknown[] {
  const shown = items.map(look);
  return shown.every((item, index) => item === items[index]) ? items : shown;
}
