import type { Context } from 'aws-lambda';
import { TraceletError } from './errors.ts';

/** How long before the deadline `scope.signal` fires, in milliseconds. */
const SIGNAL_LEAD_MS = 100;

/** `setTimeout` fires at once for more than this. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** A signal that is made only when somebody asks for it, and how to drop its timer. */
export interface DeadlineSignal {
  get(): AbortSignal;
  dispose(): void;
}

/** When Lambda ends the invocation, in milliseconds since the epoch; `Infinity` when the context does not say. */
export function deadlineOf(context: Context | undefined, nowMs: number): number {
  try {
    const remainingMs = context?.getRemainingTimeInMillis?.();
    return typeof remainingMs === 'number' && Number.isFinite(remainingMs) ? nowMs + remainingMs : Infinity;
  } catch {
    return Infinity;
  }
}

/** Whether there is time to start more work: the signal of the scope would not have fired yet. */
export function hasTimeLeft(deadlineMs: number): boolean {
  return Date.now() < deadlineMs - SIGNAL_LEAD_MS;
}

/** A signal that aborts 100 ms before `deadlineMs`, so that code can stop by itself. Its timer never holds a process. */
export function deadlineSignal(deadlineMs: number): DeadlineSignal {
  let controller: AbortController | undefined;
  let timer: NodeJS.Timeout | undefined;
  let disposed = false;
  return {
    get() {
      if (controller === undefined) {
        const made = new AbortController();
        controller = made;
        const inMs = deadlineMs - SIGNAL_LEAD_MS - Date.now();
        // Late code of an ended invocation shall start no timer that fires inside the next one.
        if (!disposed && inMs <= MAX_TIMEOUT_MS) {
          timer = setTimeout(() => made.abort(deadlineError()), Math.max(0, inMs));
          timer.unref();
        }
      }
      return controller.signal;
    },
    dispose() {
      disposed = true;
      clearTimeout(timer);
    },
  };
}

function deadlineError(): TraceletError {
  const remedy = 'Do less, or raise the time-out of the function.';
  return new TraceletError('deadline_near', `Lambda ends this invocation in ${SIGNAL_LEAD_MS} ms. ${remedy}`);
}
