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
    const found = steps.reduce<unknown>(step, steps[0] === 'record' ? scope : event);
    if (found && (typeof found === 'string' || typeof found === 'number')) return String(found);
  }
  return undefined;
}

/** Header names come in any case. */
function step(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key && (value as Record<string, unknown>)[key];
}
