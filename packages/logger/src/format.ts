import { makeKeys } from './key.ts';

/** How lines name what CloudWatch has names of its own for. */
export interface LineFormat {
  /** Lambda's JSON log format is on. */
  readonly isPlatform: boolean;
  readonly requestId: string;
  readonly tenantId: string;
  /** Keys that are the logger's own. */
  readonly reserved: readonly string[];
  /** Gives a field's key as lines write it; `undefined` for a reserved one. */
  readonly keyOf: ReturnType<typeof makeKeys>;
  /** What lines say of an invocation or of a frame, written once: it is a third of each line. */
  readonly texts: WeakMap<object, string>;
}

/**
 * The names in force. With Lambda's JSON log format they are those of the platform's own lines, so that one query finds
 * both; Lambda passes lines that are JSON already through as they are.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function formatOf(env: NodeJS.ProcessEnv): LineFormat {
  return env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON' ? platform : own;
}

const own = /* @__PURE__ */ makeFormat(false, 'request_id', 'tenant_id');
const platform = /* @__PURE__ */ makeFormat(true, 'requestId', 'tenantId');

function makeFormat(isPlatform: boolean, requestId: string, tenantId: string): LineFormat {
  const facts = 'function_name,function_version,function_memory_mb,cold_start,correlation_id';
  const head = 'timestamp,level,message,trace_id,span_id,trace_flags';
  const reserved = `${head},${requestId},${facts},${tenantId}`.split(',');
  return { isPlatform, requestId, tenantId, reserved, keyOf: makeKeys(reserved), texts: new WeakMap() };
}
