import { AsyncLocalStorage } from 'node:async_hooks';
import { context as otelContext, ROOT_CONTEXT } from '@opentelemetry/api';
import { diagnose, type Flusher, publish } from '@tracelet/core';
import { type InvokeEvent, type Poll, registerExtension } from './extension.ts';
import { suppressTracing } from './otlp/suppress.ts';
import { MAX_DELAY_MS, within } from './within.ts';

/** What {@link afterResponse} works with. */
export interface AfterResponseOptions {
  /** Host and port of Lambda's APIs, the value of `AWS_LAMBDA_RUNTIME_API`. */
  readonly api: string;
  /** What is done while init lasts; bounds itself and never rejects. */
  readonly prime: () => Promise<unknown>;
  /** Kept up to date. */
  readonly status: FlushStatus;
}

/** How a process is flushed, as it is known by now. */
export interface FlushStatus {
  /** `timed` on Managed Instances. */
  mode: 'after-response' | 'before-response' | 'timed';
  /** Why it is before the response, though it was meant to be after. */
  fallback: string | undefined;
}

/** How long a wrapped handler may take to begin after Lambda has told the extension of the invocation. */
const GRACE_MS = 100;

/** How long others may hold init, in milliseconds. */
const HOLD_MS = 100;

/** A turn is over so long before the deadline, whatever is under way: less than a flush keeps for the same reason. */
const MARGIN_MS = 30;

/**
 * What lies between two polls of the extension: Lambda may freeze the process only at its end. An invocation falls into
 * one turn, whether handler or extension is told of it first.
 */
interface Turn {
  /** What the extension was told; `undefined` before. */
  event: InvokeEvent | undefined;
  /** Whether the environment stays awake for this turn: false from a lost poll to the next event. */
  isHeld: boolean;
  /** Whether a wrapped handler has begun. */
  isBegun: boolean;
  /** Wrapped handlers under way; several where one calls another. */
  running: number;
  /** Flushes that have been asked for and are not over. */
  flushing: number;
  /** Whether it is looked at when {@link GRACE_MS} have passed. */
  isGraced: boolean;
  /** Ends the turn by itself. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * Flushes after the response: the runtime posts it, the telemetry leaves, and only then the extension asks for the next
 * event, which lets Lambda freeze the process.
 *
 * ```
 *             begin, invoked (in any order)         no handler is under way
 *   polling ------------------------------> running -----------------------> flushing
 *      ^                                       | no wrapped handler begins      | done, or out of time
 *      |                                       | the event loop is empty        |
 *      +---------------------------------------+--------------------------------+
 * ```
 *
 * Wherever nothing keeps the environment awake, the flush comes before the response: without registration, after a lost
 * poll, and for a handler that begins when its turn is over.
 */
export function afterResponse(flusher: Flusher, { api, prime, status }: AfterResponseOptions): Flusher {
  let isArmed = false;
  let grace: NodeJS.Timeout | undefined;
  let poll: Poll = () => {};
  let turn: Turn | undefined;
  /** The request of the turn before. */
  let passedId: string | undefined;
  /** False after a turn without a wrapped handler: Lambda runs another one of the module's functions, it seems. */
  let isExpected = true;

  const next = (): void => {
    clearTimeout(turn?.timer);
    passedId = turn?.event?.requestId;
    turn = {
      event: undefined,
      isHeld: true,
      isBegun: false,
      running: 0,
      flushing: 0,
      isGraced: false,
      timer: undefined,
    };
    poll();
  };

  /** Ends a turn in which nothing is left to be waited for. */
  const settle = (mine: Turn): void => {
    if (mine === turn && mine.event && mine.isBegun && mine.running + mine.flushing === 0) next();
  };

  /** Ends a turn in which no wrapped handler begins, or one does not end: its caller may have answered without it. */
  const watch = (mine: Turn): void => {
    const leftMs = leftOf(mine);
    const waitMs = mine.isBegun ? leftMs : Math.min(leftMs, isExpected ? GRACE_MS : 0);
    // Most turns end before: to set one timer for all of them back takes 1 us, to start and clear one each time 4.
    mine.isGraced = waitMs >= GRACE_MS;
    if (mine.isGraced) grace?.refresh();
    else end(mine, waitMs, mine.isBegun);
  };

  const end = (mine: Turn, inMs: number, wasBegun: boolean): void => {
    const check = (): void => {
      if (mine.isBegun && !wasBegun) end(mine, leftOf(mine), true);
      else {
        isExpected = mine.isBegun;
        next();
      }
    };
    mine.timer = setTimeout(check, Math.max(0, Math.min(inMs, MAX_DELAY_MS))).unref();
  };

  const endGrace = (): void => {
    if (!turn?.isGraced) return;
    turn.isGraced = false;
    end(turn, turn.isBegun ? leftOf(turn) : 0, turn.isBegun);
  };

  const flushLater = (mine: Turn, deadlineMs: number): void => {
    mine.flushing += 1;
    const done = (): void => {
      mine.flushing -= 1;
      settle(mine);
    };
    const flush = (): void => {
      // Of handlers that follow one another in one invocation the last one flushes.
      if (mine.running > 0) done();
      else flusher.flush(Math.min(deadlineMs, mine.event?.deadlineMs ?? Infinity)).then(done, done);
    };
    // The runtime client posts the response one `setImmediate` after the handler has ended.
    setImmediate(() => setImmediate(flush));
  };

  const listen = (): void => {
    // What goes on from poll to poll belongs to no invocation, and keeps none in memory.
    const outside = otelContext.with(suppressTracing(ROOT_CONTEXT), () => AsyncLocalStorage.snapshot());
    registerExtension(api, {
      events: ['INVOKE'],
      registered(ask, isLate, id) {
        status.mode = 'after-response';
        poll = () => outside(ask);
        grace = outside(() => setTimeout(endGrace, GRACE_MS).unref());
        // Nothing that is under way can end any more. Client 3 answers then, and waits for the next event.
        process.on('beforeExit', () => {
          if (turn) turn.running = 0;
          if (turn) settle(turn);
        });
        // Whatever fails in it, the poll follows.
        const held: Promise<unknown>[] = isLate ? [] : [Promise.resolve().then(() => outside(prime))];
        const hold = (pending: Promise<unknown>): void => void held.push(within(pending, HOLD_MS));
        publish('tracelet:extension', () => ({ api, id, hold }));
        if (held.length === 0) next();
        else Promise.all(held).then(next, next);
      },
      refused(reason) {
        status.fallback = reason;
        const what = `responses wait for the flush, because the extension could not be registered: ${reason}`;
        diagnose('flush_before_response', what, 'Set TRACELET_FLUSH=before-response, or free one of the ten slots.');
      },
      invoked(event) {
        const mine = turn as Turn;
        mine.event = event;
        mine.isHeld = true;
        settle(mine);
        if (mine === turn) watch(mine);
      },
      lost() {
        if (turn) turn.isHeld = false;
      },
    });
  };

  return {
    flush: (deadlineMs) => flusher.flush(deadlineMs),
    arm() {
      if (isArmed) return;
      isArmed = true;
      listen();
    },
    begin(requestId) {
      const mine = turn;
      isExpected = true;
      // A retry has the id of the invocation before, but an event of its own.
      const isLate = requestId !== undefined && requestId === passedId && requestId !== mine?.event?.requestId;
      if (!mine || isLate) return (deadlineMs) => flusher.flush(deadlineMs);
      mine.isBegun = true;
      mine.running += 1;
      return async (deadlineMs) => {
        mine.running = Math.max(mine.running - 1, 0);
        // Nobody waits for a handler that ends after its turn. What it recorded leaves with the next flush.
        if (mine !== turn || mine.running > 0) return;
        if (mine.isHeld) return flushLater(mine, deadlineMs);
        await flusher.flush(deadlineMs);
        settle(mine);
      };
    },
  };
}

/** How long a turn may last from now on, in milliseconds. */
function leftOf({ event }: Turn): number {
  return (event?.deadlineMs ?? Infinity) - Date.now() - MARGIN_MS;
}
