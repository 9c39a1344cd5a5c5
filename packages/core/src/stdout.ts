import { writeSync } from 'node:fs';

/** How long a pipe that is full is waited for, in milliseconds. */
const MAX_WAIT_MS = 50;

/**
 * Writes a log line to stdout, whoever patched `console`. Inside Lambda a stdout that nobody reads any more is no reason
 * to end the process.
 *
 * @param dying The process ends: what is queued would not be written any more. In worker threads of a function it always
 *   is so, because their `process.stdout` hands lines to the main thread, and what waits there dies with the process.
 */
export function writeStdout(line: string, dying = false): void {
  prepareStdout();
  const text = `${line}\n`;
  // What is queued comes first, because the end of a line may be in it.
  if ((dying || isThread) && process.stdout.writableLength === 0) writeNow(Buffer.from(text));
  else process.stdout.write(text);
}

/** Does ahead of the first line what that would have to wait for; writes nothing. */
export function prepareStdout(): void {
  isThread ??= setUp();
}

/** Whether this is a worker thread of a function; `undefined` before the first line. */
let isThread: boolean | undefined;

function setUp(): boolean {
  if (process.env.AWS_LAMBDA_RUNTIME_API === undefined) return false;
  // The error of a closed pipe is an event that would end the process. A callback for each line costs 0.1 us.
  process.stdout.on('error', () => {});
  // A thread's stdout has no file.
  return process.stdout.fd === undefined;
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
      if (isFull) process.stdout.write(rest);
      return;
    }
  }
}
