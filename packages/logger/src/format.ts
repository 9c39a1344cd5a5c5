import { makeKeys } from './key.ts';
import { type FactNames, factNames, isPlatformFormat } from './names.ts';

/** How lines name what CloudWatch has names of its own for. */
export interface LineFormat extends FactNames {
  /** Lambda's JSON log format is on. */
  readonly isPlatform: boolean;
  /** Keys that are the logger's own. */
  readonly reserved: readonly string[];
  /** Gives a field's key as lines write it; `undefined` for a reserved one. */
  readonly keyOf: ReturnType<typeof makeKeys>;
  /** What lines say of an invocation or of a frame, written once: it is a third of each line. */
  readonly texts: WeakMap<object, string>;
}

/** The format in force. Lambda passes lines that are JSON already through as they are, in either of its formats. */
export function formatOf(env: NodeJS.ProcessEnv): LineFormat {
  return isPlatformFormat(env) ? platform : own;
}

const own = /* @__PURE__ */ makeFormat(false);
const platform = /* @__PURE__ */ makeFormat(true);

function makeFormat(isPlatform: boolean): LineFormat {
  const names = factNames(isPlatform);
  const head = 'timestamp,level,message,trace_id,span_id,trace_flags';
  const facts = 'function_name,function_version,function_memory_mb,cold_start,correlation_id';
  const reserved = [head, names.requestId, facts, names.tenantId].join().split(',');
  return { ...names, isPlatform, reserved, keyOf: makeKeys(reserved), texts: new WeakMap() };
}
