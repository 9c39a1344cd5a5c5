import { defineLambda, log, span } from '@tracelet/lambda';

// Run by parts/leak.ts: the count is the argument, the figures are the last line.
const count = Number(process.argv[2]);
let exported = 0;
const lambda = defineLambda({
  exporter: {
    export: (spans: readonly unknown[], done: (result: { code: number }) => void) => {
      exported += spans.length;
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  } as never,
});
const handler = lambda(async (event: { id: string }) => {
  log.debug('looked up', { id: event.id });
  return span('look up', async () => ({ id: event.id }));
});
const collect = (globalThis as unknown as { gc: () => void }).gc;

const heapBytes = (): number => {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
};

let heapEarlyBytes = 0;
const before = process.cpuUsage();
for (let index = 0; index < count; index += 1) {
  if (index === Math.floor(count / 10)) heapEarlyBytes = heapBytes();
  const context = { awsRequestId: `r-${index}`, functionName: 'bench', getRemainingTimeInMillis: () => 30_000 };
  await handler({ id: `o-${index}` }, context as never);
}
const { system, user } = process.cpuUsage(before);
const heapLateBytes = heapBytes();
const rssMb = process.memoryUsage().rss / 1024 / 1024;
const told = { usPerInvocation: (user + system) / count, heapEarlyBytes, heapLateBytes, rssMb, exported };
process.stdout.write(`${JSON.stringify(told)}\n`, () => process.exit(0));
