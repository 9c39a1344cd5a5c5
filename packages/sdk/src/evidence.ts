import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';
import { PEAK_MEMORY_MB, RECOVERED } from './attributes.ts';
import type { Lost } from './breadcrumb.ts';
import { failSpan } from './failed-span.ts';
import type { RecordingSpan } from './recording-span.ts';
import { fillBag } from './span-attributes.ts';

/** From this share of the function's memory on, a sudden death is taken for the lack of it. */
const MEMORY_RATIO = 0.8;

/** The last millisecond that OTLP can carry. */
const MAX_MS = 1.8e13;

/**
 * Records the span of an invocation that died with its process, from the breadcrumb: it has the trace, the id, the
 * parent and the attributes of the one that never arrived, so that its children are no orphans. Its `error.type` is what
 * the process could still say; else `out_of_memory` when it was close to the limit, `timeout` when the deadline has
 * passed, `crash` otherwise. Records nothing when nothing was running.
 *
 * @param kin A span of this process, of which it takes resource and scope.
 * @param startedAtMs When this process was started, in milliseconds since the epoch.
 */
export function recordEvidence(
  kin: RecordingSpan,
  lost: Lost,
  memoryMb: number | undefined,
  startedAtMs: number,
): void {
  const { noted, sign } = lost;
  const { flags: traceFlags = 1, kind, name, start: startTime = 0, traceId } = noted;
  const deadlineMs = Number(noted.deadline ?? Infinity);
  const [spanContext, parentSpanContext] = [noted.spanId, noted.parentId].map((spanId) => {
    const context = { traceId, spanId, traceFlags: traceFlags === 0 ? 0 : 1 } as SpanContext;
    return [traceId, spanId].every((id) => typeof id === 'string') && isSpanContextValid(context) ? context : undefined;
  });
  if (!spanContext || !isTime(startTime)) return;
  const peakMb = Math.round(Number(sign.peak) / 1024) || 0;
  const isFull = peakMb >= Number(memoryMb) * MEMORY_RATIO;
  const type = sign.type ?? (isFull ? 'out_of_memory' : startedAtMs >= deadlineMs ? 'timeout' : 'crash');
  const endMs = type === 'timeout' ? deadlineMs : sign.at;
  // The invocation that it is told in may be one that is not kept.
  const span = kin.free({
    name: String(name),
    kind: Number(kind) || 0,
    spanContext,
    parentSpanContext,
    attributes: fillBag(noted.attributes, Infinity, Infinity),
    links: [],
    startTime,
  });
  span.setAttributes({ [RECOVERED]: true, [PEAK_MEMORY_MB]: peakMb });
  // Without a later sign of life nobody knows how long it lived.
  failSpan(span, String(type), sign.message ?? 'The process died silently.').end(isTime(endMs) ? endMs : startTime);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < MAX_MS;
}
