import type { TraceState } from '@opentelemetry/api';

const MAX_MEMBERS = 32;
const MAX_LENGTH = 512;

// A key with or without a tenant before an @, and a value: printable ASCII but for comma and equals sign, no blank last.
const MEMBER =
  /^([a-z][\d_a-z*/-]{0,255}|[\da-z][\d_a-z*/-]{0,240}@[a-z][\d_a-z*/-]{0,13})=([ -+\--<>-~]{0,255}[!-+\--<>-~])$/;

/**
 * Reads a `tracestate` header. Total: members that are malformed, or do not fit in 32 members and 512 characters, are
 * left out.
 *
 * @see https://www.w3.org/TR/trace-context/#tracestate-header
 */
export function parseTraceState(header: string): TraceState {
  const members = new Map<string, string>();
  let length = -1;
  for (const text of header.split(',')) {
    const member = text.trim();
    const [, key, value = ''] = MEMBER.exec(member) ?? [];
    const longer = length + 1 + member.length;
    if (key === undefined || longer > MAX_LENGTH) continue;
    members.set(key, value);
    length = longer;
    if (members.size === MAX_MEMBERS) break;
  }
  return makeTraceState(members);
}

/** Immutable: a change makes another, and one that is not allowed gives back the same. */
function makeTraceState(members: ReadonlyMap<string, string>): TraceState {
  const others = (key: string): [string, string][] => [...members].filter(([each]) => each !== key);
  const state: TraceState = {
    get: (key) => members.get(key),
    set(key, value) {
      const changed = new Map([[key, value], ...others(key)]);
      const next = makeTraceState(changed);
      const fits = changed.size <= MAX_MEMBERS && next.serialize().length <= MAX_LENGTH;
      return fits && MEMBER.test(`${key}=${value}`) ? next : state;
    },
    unset: (key) => (members.has(key) ? makeTraceState(new Map(others(key))) : state),
    serialize: () => Array.from(members, (member) => member.join('=')).join(),
  };
  return state;
}
