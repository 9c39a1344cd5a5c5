import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

it('is no reason to end a function when nobody reads it any more', async () => {
  const code = `
    const { log } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))});
    process.stdin.once('data', () => {
      for (let line = 0; line < 3; line += 1) log.info('to nobody');
      setTimeout(() => process.exit(7), 100);
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  child.stdin.write('go');
  const [exitCode] = await once(child, 'exit');
  expect([exitCode, await text(child.stderr)]).toEqual([7, '']);
});
