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
  const isPlatform = isPlatformFormat(env);
  const names = factNames(isPlatform);
  const facts = `${names.requestId},function_name,function_version,function_memory_mb,cold_start,${names.tenantId}`;
  const reserved = `timestamp,level,message,trace_id,span_id,trace_flags,${facts},correlation_id`.split(',');
  return { ...names, isPlatform, reserved, keyOf: makeKeys(reserved), texts: new WeakMap() };
}
