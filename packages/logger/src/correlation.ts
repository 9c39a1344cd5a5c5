import type { Frame } from '@tracelet/core';

/** Where the id stands unless `logs.correlationId` says otherwise: HTTP events of all kinds have the one or the other. */
const DEFAULT_PATH = 'headers.x-correlation-id|requestContext.requestId';
/** Events of EventBridge have an id of their own. */
const DEFAULT_PATHS: Readonly<Record<string, string>> = { eventbridge: 'detail.correlationId|id' };

/** The id by which a company finds the lines of one request in all its services; `undefined` where there is none. */
export function correlationOf({ invocation, scope }: Frame): string | undefined {
  const { event, pipeline, trigger } = invocation;
  const set = pipeline.logs?.correlationId;
  const paths = set?.[trigger.id] ?? DEFAULT_PATHS[trigger.id] ?? set?.['*'] ?? DEFAULT_PATH;
  for (const path of paths.split('|')) {
    const steps = path.trim().split('.');
    const inRecord = steps[0] === 'record';
    const record = (scope as { readonly record?: unknown } | undefined)?.record;
    const found = inRecord ? steps.slice(1).reduce(step, record) : steps.reduce(step, event);
    if ((typeof found === 'string' && found !== '') || typeof found === 'number') return String(found);
  }
  return undefined;
}

function step(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Object.hasOwn(value, name)) return (value as Record<string, unknown>)[name];
  // Header names come in any case.
  const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : (value as Record<string, unknown>)[key];
}
