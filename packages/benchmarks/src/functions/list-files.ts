// Preloaded into a function that is not measured: notes every source file that is compiled and every file that is
// opened through node:fs, and prints them when asked to by a signal.
import fs from 'node:fs';
import { Session } from 'node:inspector';
import { syncBuiltinESMExports } from 'node:module';

const files = new Set<string>();
const session = new Session();
session.connect();
session.on('Debugger.scriptParsed', ({ params: { url } }) => {
  if (url.startsWith('/')) files.add(url);
  else if (url.startsWith('file://')) files.add(decodeURIComponent(url.slice(7).replace(/\?.*$/, '')));
});
// Tells of what was compiled before as well: other preloaded modules.
session.post('Debugger.enable');

const report = process.env.BENCH_FILES_PATH as string;
const { writeFileSync } = fs;
for (const holder of [fs, fs.promises] as unknown as Record<string, unknown>[]) {
  for (const name of ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream']) {
    const original = holder[name];
    if (typeof original !== 'function') continue;
    holder[name] = function (this: unknown, path: unknown, ...rest: unknown[]): unknown {
      if (typeof path === 'string' || path instanceof URL) files.add(String(path));
      return original.call(this, path, ...rest);
    };
  }
}
syncBuiltinESMExports();

process.on('SIGUSR2', () => writeFileSync(report, JSON.stringify([...files])));
