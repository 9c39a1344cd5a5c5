import { type HrTime, type Span, SpanStatusCode } from '@opentelemetry/api';
import {
  type Finish,
  type Flusher,
  type InvocationInfo,
  isCallbackRuntime,
  type Plugin,
  survive,
} from '@tracelet/core';
import { ERROR_TYPE, NEAR_DEADLINE } from './attributes.ts';
import type { Breadcrumb, LastSign } from './breadcrumb.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import type { Counts } from './outbox.ts';
import { RecordingSpan } from './recording-span.ts';
import { unfinishedSpans } from './unfinished.ts';

/** What a life guard works with. */
export interface LifeGuardOptions {
  /** How long before its deadline an invocation is given up, in milliseconds; at least 1 % of its time. 0 never does. */
  readonly marginMs: number;
  readonly now: () => HrTime;
  readonly addSpan: (span: OtlpSpan) => void;
  readonly flusher: Flusher;
  readonly counts: () => Counts;
  readonly breadcrumb: Breadcrumb | undefined;
}

/** Watches over invocations; see {@link makeLifeGuard}. */
export interface LifeGuard {
  /** To be called at the start of each invocation. */
  readonly plugin: Plugin;
  /**
   * Ends all spans of the invocations under way: nothing will settle them any more.
   *
   * @returns Whether there were any, and the runtime exits now.
   */
  abandon(): boolean;
}

/** An event loop that turns leaves a sign of life this often, so that what it dies of later is easier to tell. */
const BEAT_MS = 1000;

/** What a flush keeps for the response, which is not to be expected any more. */
const FLUSH_MARGIN_MS = 50;

/**
 * Sends what there is of an invocation shortly before Lambda kills it, and keeps the breadcrumb. An invocation costs one
 * timer, which holds no process, and three writes: 5 us together.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-invoke-with-errors
 */
export function makeLifeGuard(options: LifeGuardOptions): LifeGuard {
  const { addSpan, breadcrumb, counts, flusher, marginMs, now } = options;
  const running = new Set<Span>();
  let exitsWhenIdle = true;

  /** Snapshots leave; the function may still end in time, and then its real spans follow under the same ids. */
  const giveUp = (span: Span, deadlineMs: number): void => {
    breadcrumb?.note('w', signOfLife());
    if (span instanceof RecordingSpan) for (const open of unfinishedSpans(span, now())) addSpan(open);
    const sent = (): void => {
      if (counts().retained === 0) breadcrumb?.note('s');
    };
    flusher.flush(deadlineMs + FLUSH_MARGIN_MS).then(sent, () => {});
  };

  const invocation = (span: Span, { context, deadlineMs }: InvocationInfo): Finish => {
    exitsWhenIdle = !isCallbackRuntime(context);
    const startedAtMs = Date.now();
    const giveUpAtMs = deadlineMs - Math.max(marginMs, (deadlineMs - startedAtMs) / 100);
    let timer: NodeJS.Timeout | undefined;
    let isGivenUp = false;
    const wait = (leftMs: number): void => {
      timer = setTimeout(beat, Math.min(leftMs, BEAT_MS)).unref();
    };
    const beat = (): void => {
      const leftMs = giveUpAtMs - Date.now();
      isGivenUp = leftMs <= 0;
      if (isGivenUp) survive('watchdog_failed', 'The deadline watchdog', () => giveUp(span, deadlineMs));
      else {
        breadcrumb?.note('h', signOfLife());
        wait(leftMs);
      }
    };
    // Of invocations inside one another or at once, the first is noted.
    if (running.size === 0 && span instanceof RecordingSpan) breadcrumb?.begin(span, deadlineMs);
    running.add(span);
    if (marginMs > 0 && giveUpAtMs > startedAtMs) wait(giveUpAtMs - startedAtMs);
    return () => {
      clearTimeout(timer);
      running.delete(span);
      if (isGivenUp) span.setAttribute(NEAR_DEADLINE, true);
      if (running.size === 0) breadcrumb?.note('e');
    };
  };

  return {
    plugin: { name: 'tracelet-life-guard', invocation },
    abandon() {
      const isLost = running.size > 0;
      for (const root of running) {
        for (const span of root instanceof RecordingSpan ? [...root.openSpans].reverse() : [root]) {
          span.setAttribute(ERROR_TYPE, 'never_settled').setStatus(NEVER_SETTLED).end();
        }
      }
      running.clear();
      breadcrumb?.note('e');
      return isLost && exitsWhenIdle;
    },
  };
}

const NEVER_SETTLED = { code: SpanStatusCode.ERROR, message: 'The event loop was empty, so nothing could end this.' };

/** When, and the most memory that the process has used. */
function signOfLife(): LastSign {
  return { atMs: Date.now(), peakKb: process.resourceUsage().maxRSS };
}
