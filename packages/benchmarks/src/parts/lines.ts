import { rowOf } from '../bench.ts';
import type { PartData } from '../data.ts';
import { lineNames, measureLines } from '../log-line.ts';
import { installLogPeers } from '../log-peers.ts';

/** CPU time of one log line, by tracelet and by other loggers. */
export async function lines(rounds: number): Promise<PartData> {
  installLogPeers();
  const results = await measureLines(lineNames, rounds);
  const rows = [...results].map(([name, list]) =>
    rowOf(
      name,
      name,
      list.map((ns) => ({ ns })),
    ),
  );
  return { runs: `${rounds} runs of 40,000 lines, into a pipe`, rows };
}
