import { AsyncLocalStorage } from 'node:async_hooks';
import { currentFrame } from '@tracelet/core';

/** Lines of one invocation that are not written yet. */
export interface HeldLines {
  queue: HeldLine[];
  sizeBytes: number;
  /** Lines that had to make room for later ones. */
  evicted: number;
  /** Runs code as a part of the invocation. */
  inside: (<T>(fn: () => T) => T) | undefined;
}

interface HeldLine {
  readonly write: (dying: boolean) => void;
  readonly sizeBytes: number;
}

/** No lines. */
export function holdNothing(): HeldLines {
  return { queue: [], sizeBytes: 0, evicted: 0, inside: undefined };
}

/** Holds one more line; the oldest make room for it. One that is larger than all the room is counted only. */
export function hold(lines: HeldLines, write: HeldLine['write'], sizeBytes: number, maxBytes: number): void {
  lines.inside ??= AsyncLocalStorage.snapshot();
  lines.queue.push({ write, sizeBytes });
  lines.sizeBytes += sizeBytes;
  while (lines.sizeBytes > maxBytes) {
    lines.sizeBytes -= lines.queue.shift()?.sizeBytes ?? 0;
    lines.evicted += 1;
  }
}

/** Writes what is held, oldest first, after a line that says how many were evicted. */
export function writeLines(lines: HeldLines, dying: boolean): void {
  const { evicted, inside, queue } = lines;
  dropLines(lines);
  const say = (): void =>
    currentFrame()?.invocation.pipeline.log.warn(EVICTED, { 'tracelet.log.evicted_count': evicted });
  if (evicted > 0) inside?.(say);
  for (const { write } of queue) write(dying);
}

/** Forgets what is held. */
export function dropLines(lines: HeldLines): void {
  Object.assign(lines, holdNothing());
}

const EVICTED = 'held log lines made room for later ones and are lost';
