/** Writes a line to stdout, whoever patched `console`. A pipe that nobody reads any more is no reason to end a process. */
export function writeStdout(line: string): void {
  process.stdout.write(`${line}\n`, ignoreError);
}

/** The error comes later, by an event that would end the process. `console` does the same. */
function ignoreError(error: unknown): void {
  if (error instanceof Error) process.stdout.once('error', () => {});
}
