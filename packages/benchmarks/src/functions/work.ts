/** What an invocation is to do: nothing, a batch, calls of a service, or to tell how large the heap is. */
export interface Work {
  readonly kind?: 'plain' | 'calls' | 'heap';
  /** A line to the contestant's own logger, where it has one. */
  readonly line?: string;
  readonly Records?: readonly unknown[];
  readonly client?: 'http' | 'fetch';
  readonly url?: string;
  readonly count?: number;
}

/** How a contestant makes a span of its own around one record. */
export type Traced = (name: string, run: () => Promise<void>) => Promise<unknown>;

/** The function that all contestants have in common. Each brings its own spans for the records of a batch. */
export async function work(event: Work, traced: Traced = plainly): Promise<unknown> {
  if (event.Records !== undefined) {
    let done = 0;
    for (const _record of event.Records) {
      await traced('process order', async () => {
        done += 1;
      });
    }
    return { done };
  }
  if (event.kind === 'calls') return callService(event);
  if (event.kind === 'heap') return heapBytes();
  return { statusCode: 200 };
}

function plainly(_name: string, run: () => Promise<void>): Promise<void> {
  return run();
}

async function callService({ client, count = 0, url = '' }: Work): Promise<unknown> {
  // Imported here, as the module costs 20 ms where a function does not need it.
  const { Agent, get } = await import('node:http');
  agent ??= new Agent({ keepAlive: true });
  const byHttp = (): Promise<string> =>
    new Promise((resolve, reject) => {
      get(url, { agent: agent as never }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve(body));
      }).on('error', reject);
    });
  const byFetch = async (): Promise<string> => (await fetch(url)).text();
  const call = client === 'http' ? byHttp : byFetch;
  for (let index = 0; index < count; index += 1) await call();
  return { count };
}

let agent: unknown;

/** After a collection, so that only what is held counts. */
function heapBytes(): number {
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
  const collect = process.getBuiltinModule('node:vm').runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
