/** How long one turn of running and resting takes: long enough for the timers of the driver. */
const PERIOD_MS = 50;

/**
 * Imitates a CPU quota where control groups cannot be written: lets the process run for its share of every 50 ms and
 * stops it for the rest. Coarser than a quota, and the page says so.
 *
 * @returns Ends it, the process running.
 */
export function beatPauses(pid: number, share: number): () => void {
  const send = (signal: 'SIGSTOP' | 'SIGCONT'): void => {
    try {
      process.kill(pid, signal);
    } catch {
      // It is gone, and its end is seen elsewhere.
    }
  };
  let timer: NodeJS.Timeout;
  const run = (): void => {
    send('SIGCONT');
    timer = setTimeout(rest, PERIOD_MS * share);
  };
  const rest = (): void => {
    send('SIGSTOP');
    timer = setTimeout(run, PERIOD_MS * (1 - share));
  };
  run();
  return () => {
    clearTimeout(timer);
    send('SIGCONT');
  };
}
