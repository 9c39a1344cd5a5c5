import { type Span, SpanStatusCode } from '@opentelemetry/api';
import type { Held, InvocationSampling, Tail } from '@tracelet/core';
import { EVICTED, KEPT_BY } from './attributes.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import type { SpanHome } from './recording-span.ts';

/** Counts spans and log records that are not sent. */
export type Lose = (items: number, reason: string) => void;

/** What the provider needs of what waits, beside what everybody may know. */
export interface SpanTail extends Tail {
  /** The home of spans that wait, in the place of their tracer's. */
  homeOf(home: SpanHome): SpanHome;
  /** Decides for an invocation that will not end by itself. */
  fail(root: Span): void;
  /** Whether a sudden end would keep it. */
  wouldKeep(): boolean;
}

/** Spans and log records that one invocation may have waiting, and the memory that they may take. */
const MAX_ITEMS = 2000;
const MAX_BYTES = 4 * 1024 * 1024;

/** What drops as the invocation was not worth its spans; nothing that is lost. */
export const SAMPLED_OUT = 'sampled_out';

/**
 * Holds what an invocation records that is not sampled, until it is known how it ended: then all of it leaves, or none.
 * One of each invocation, made for its first such span.
 */
export function makeTail({ reasonToKeep }: InvocationSampling, lose: Lose = () => {}): SpanTail {
  const fine = new Set<Held>();
  const failed = new Set<Held>();
  const homes = new Map<SpanHome, SpanHome>();
  let sizeBytes = 0;
  let evicted = 0;
  /** `undefined` until it is decided. */
  let isKept: boolean | undefined;

  /** The oldest that did not fail makes room, then the oldest of all; the newest are above what ended before them. */
  const evict = (): void => {
    const from = fine.size > 0 ? fine : failed;
    for (const oldest of from) {
      from.delete(oldest);
      sizeBytes -= oldest.sizeBytes;
      evicted += 1;
      break;
    }
  };

  const tail: SpanTail = {
    add(item) {
      if (isKept) item.send();
      else if (isKept === false) lose(1, SAMPLED_OUT);
      else {
        const isFull = (): boolean => fine.size + failed.size >= MAX_ITEMS || sizeBytes + item.sizeBytes > MAX_BYTES;
        while (fine.size + failed.size > 0 && isFull()) evict();
        (item.failed ? failed : fine).add(item);
        sizeBytes += item.sizeBytes;
      }
    },
    decide(root, reason) {
      if (isKept !== undefined) return;
      isKept = reason !== undefined;
      const held = [...failed, ...fine];
      failed.clear();
      fine.clear();
      if (reason === undefined) lose(held.length + evicted, SAMPLED_OUT);
      else {
        // One that is sampled has spans of producers that were not.
        if ((root.spanContext().traceFlags & 1) === 0) root.setAttribute(KEPT_BY, reason);
        if (evicted > 0) root.setAttribute(EVICTED, evicted);
        lose(evicted, 'sampling_full');
        for (const { send } of held) send();
      }
    },
    fail(root) {
      tail.decide(root, reasonToKeep?.(FAULT));
    },
    wouldKeep: () => reasonToKeep?.(FAULT) !== undefined,
    homeOf(home) {
      const known = homes.get(home);
      if (known !== undefined) return known;
      const onEnd = (span: OtlpSpan): void => {
        const send = (): void => home.onEnd(span);
        tail.add({ send, failed: span.status.code === SpanStatusCode.ERROR, sizeBytes: sizeOf(span) });
      };
      const made = { ...home, onEnd, tail, base: home };
      homes.set(home, made);
      return made;
    },
  };
  return tail;
}

const FAULT = { fault: true };

/** What a span or record takes by itself and what each thing in it does, in bytes: rather too much, on Node 24. */
const ITEM_BYTES = 1200;
const MEMBER_BYTES = 50;
const CHARACTER_BYTES = 2;

/** What a span takes in memory at most. */
function sizeOf({ attributes, events, links }: OtlpSpan): number {
  return events.reduce(
    (sum, event) => sum + sizeOfValues(event.attributes),
    sizeOfValues(attributes) + MEMBER_BYTES * links.length,
  );
}

/** What something with these values takes in memory at most. */
export function sizeOfValues(values: object | undefined): number {
  return Object.values(values ?? {}).reduce<number>((sum, value) => sum + MEMBER_BYTES + lengthOf(value), ITEM_BYTES);
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length * CHARACTER_BYTES;
  return typeof value === 'object' ? sizeOfValues(value ?? undefined) : 0;
}
