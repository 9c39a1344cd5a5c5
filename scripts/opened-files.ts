/**
 * Loads the bundled handler named on the command line, runs it once as a function would, and prints the files that
 * were opened for it, one a line. Nothing listens at the two addresses: the sockets are not what is counted.
 */
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';

const opened = new Set<string>();

for (const holder of [fs, fs.promises] as unknown as Record<string, unknown>[]) {
  for (const name of ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream']) {
    const original = holder[name];
    if (typeof original !== 'function') continue;
    holder[name] = function (this: unknown, path: unknown, ...rest: unknown[]): unknown {
      if (typeof path === 'string' || path instanceof URL) opened.add(String(path));
      return original.call(this, path, ...rest);
    };
  }
}
syncBuiltinESMExports();

Object.assign(process.env, {
  AWS_LAMBDA_FUNCTION_NAME: 'size',
  AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
});

type Handler = (event: unknown, context: unknown) => Promise<unknown>;
const { handler } = createRequire(import.meta.url)(resolve(process.argv[2] ?? '')) as { handler: Handler };
await handler({ id: 'o-7' }, { awsRequestId: 'r-1', functionName: 'size', getRemainingTimeInMillis: () => 3000 });
process.stdout.write(`\n${[...opened].map((path) => `opened ${path}\n`).join('')}`, () => process.exit(0));
