import { currentRedactor, type Flusher, monotonicMs } from '@tracelet/core';
import type { Counts } from './outbox.ts';

/** Prints one line after each flush: what has been produced, delivered, retained and dropped so far, and how long it took. */
export function verboseFlusher(flusher: Flusher, counts: () => Counts): Flusher {
  return {
    async flush(deadlineMs) {
      const startedAtMs = monotonicMs();
      await flusher.flush(deadlineMs);
      const durationMs = Math.round((monotonicMs() - startedAtMs) * 100) / 100;
      printLine('tracelet: flushed', { ...counts(), durationMs });
    },
  };
}

/** Prints one line of what `TRACELET_VERBOSE` is asked for. */
export function printLine(message: string, fields: Readonly<Record<string, unknown>>): void {
  const shown = currentRedactor().members(fields, true);
  process.stdout.write(
    `${JSON.stringify({ timestamp: new Date().toISOString(), level: 'INFO', message, ...shown })}\n`,
  );
}
