import type { Context } from 'aws-lambda';

/** How long before the deadline `scope.signal` fires, in milliseconds. */
const SIGNAL_LEAD_MS = 100;

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

/** A signal that aborts 100 ms before `deadlineMs`, so that code can stop by itself. Its timer never holds a process. */
export function deadlineSignal(deadlineMs: number): DeadlineSignal {
  let controller: AbortController | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    get() {
      if (controller === undefined) {
        const made = new AbortController();
        controller = made;
        const inMs = deadlineMs - SIGNAL_LEAD_MS - Date.now();
        if (Number.isFinite(inMs)) {
          timer = setTimeout(() => made.abort(new Error('the invocation is about to time out')), Math.max(0, inMs));
          timer.unref();
        }
      }
      return controller.signal;
    },
    dispose() {
      clearTimeout(timer);
    },
  };
}
