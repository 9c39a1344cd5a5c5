import { type HrTime, SpanStatusCode } from '@opentelemetry/api';
import { ERROR_TYPE, PEAK_MEMORY_MB, PROCESS_EXIT_CODE, RECOVERED } from './attributes.ts';
import type { Lost } from './breadcrumb.ts';
import { msToHrTime } from './clock.ts';
import type { OtlpResource, OtlpScope, OtlpSpan } from './otlp/otlp-data.ts';

/** Where and when evidence is made. */
export interface Scene {
  readonly resource: OtlpResource;
  readonly scope: OtlpScope;
  /** When the process that found the breadcrumb was started, in milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** `undefined` when unknown. */
  readonly memoryMb: number | undefined;
}

/** From this share of the function's memory on, a sudden death is taken for the lack of it. */
const MEMORY_RATIO = 0.8;

/**
 * The span of an invocation that died with its process, made from the breadcrumb: it has the trace, the id, the parent
 * and the attributes of the one that never arrived, so that its children are no orphans. `undefined` when no invocation
 * was running, or when the backend has a snapshot of it already.
 */
export function evidenceSpan(lost: Lost, { memoryMb, resource, scope, startedAtMs }: Scene): OtlpSpan | undefined {
  const { last, phase, record } = lost;
  const { attributes, deadlineMs, kind, name, parentId, spanId, startTime, traceId } = record;
  if (!/[rhwux]/.test(phase) || !isId(traceId, 32) || !isId(spanId, 16) || !isTime(startTime)) return undefined;
  const overAtMs = Number(deadlineMs ?? Infinity);
  const peakMb = Math.round(Number(last.peakKb ?? record.peakKb) / 1024) || 0;
  const [type, message] = causeOf(lost, peakMb >= Number(memoryMb) * MEMORY_RATIO, startedAtMs >= overAtMs);
  const endedAtMs = type === 'timeout' ? overAtMs : Number(last.atMs);
  return {
    name: String(name),
    kind: Number(kind) || 0,
    spanContext: () => ({ traceId, spanId, traceFlags: 1 }),
    parentSpanContext: isId(parentId, 16) ? { traceId, spanId: parentId, traceFlags: 1, isRemote: true } : undefined,
    startTime,
    // Without a sign of life nobody knows how long it lived.
    endTime: endedAtMs >= startTime[0] * 1000 + startTime[1] / 1e6 ? msToHrTime(endedAtMs) : startTime,
    status: { code: SpanStatusCode.ERROR, message },
    attributes: {
      ...attributes,
      [ERROR_TYPE]: type,
      [RECOVERED]: true,
      [PEAK_MEMORY_MB]: peakMb,
      ...(phase === 'x' && { [PROCESS_EXIT_CODE]: last.exitCode }),
    },
    links: [],
    events: [],
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** What died, as far as the evidence goes: a type for `error.type`, and a sentence. */
function causeOf({ last, phase }: Lost, isFull: boolean, isOver: boolean): readonly [string, string] {
  if (phase === 'u') return [String(last.errorType), `An error was not caught: ${last.message}`];
  if (phase === 'x') return ['process_exit', `The process exited with code ${last.exitCode} during the invocation.`];
  if (phase === 'w') return ['timeout', 'The time of the invocation was over before it ended.'];
  if (isFull) return ['out_of_memory', 'The process died without a word, close to the limit of its memory.'];
  return isOver
    ? ['timeout', 'The process died without a word: its event loop was blocked until the time-out, or it crashed.']
    : ['crash', 'The process died without a word: out of memory, a crash in native code, or a signal.'];
}

function isId(value: unknown, length: number): value is string {
  return typeof value === 'string' && value.length === length && /^[0-9a-f]*[1-9a-f][0-9a-f]*$/.test(value);
}

function isTime(value: unknown): value is HrTime {
  return Array.isArray(value) && value.length === 2 && value.every((part) => Number.isSafeInteger(part) && part >= 0);
}
