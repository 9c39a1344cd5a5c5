import { writeSync } from 'node:fs';

/** How long a pipe that is full is waited for, in milliseconds. */
const MAX_WAIT_MS = 50;

/**
 * Writes a line to stdout, whoever patched `console`. A pipe that nobody reads any more is no reason to end a process.
 *
 * @param atOnce The process ends: nothing that is queued would be written. In worker threads of a function it always is
 *   so, because their `process.stdout` hands lines to the main thread, and what waits there dies with the process.
 */
export function writeStdout(line: string, atOnce: boolean = isInThread()): void {
  const text = `${line}\n`;
  // What is queued comes first, because the end of a line may be in it.
  if (atOnce && process.stdout.writableLength === 0) writeNow(Buffer.from(text));
  else process.stdout.write(text, ignoreError);
}

let inThread: boolean | undefined;

/** A thread's stdout has no file. Outside Lambda tools such as test runners want to see what is written there. */
function isInThread(): boolean {
  inThread ??= process.stdout.fd === undefined && process.env.AWS_LAMBDA_RUNTIME_API !== undefined;
  return inThread;
}

function writeNow(bytes: Buffer): void {
  const untilMs = Date.now() + MAX_WAIT_MS;
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      const isFull = (error as NodeJS.ErrnoException).code === 'EAGAIN';
      if (isFull && Date.now() < untilMs) continue;
      // What is left of a line that was begun has to follow it.
      if (isFull) process.stdout.write(rest, ignoreError);
      return;
    }
  }
}

/** The error comes later, by an event that would end the process. `console` does the same. */
function ignoreError(error: unknown): void {
  if (error instanceof Error) process.stdout.once('error', () => {});
}
