import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { shared } from '@tracelet/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { call, type Rig, rig } from './debug-logs.fixture.ts';
import { debugLogs, keepLogs } from './debug-logs.ts';
import { createLog } from './index.ts';
import { lambdaContext, lambdaWith } from './logger.fixture.ts';

afterEach(() => {
  shared().logGate = undefined;
  vi.restoreAllMocks();
});

describe('lines below the log level', () => {
  it('are forgotten when an invocation ends well', async () => {
    const { log, lines, lambda } = rig();
    await call(
      lambda(async () => {
        log.trace('a');
        log.debug('b');
        log.info('c');
      }),
    );
    expect(lines).toEqual(['INFO c']);
  });

  it('are written before the error that is logged, and so is what follows', async () => {
    const { log, lines, lambda } = rig();
    await call(
      lambda(async () => {
        log.debug('before');
        log.info('between');
        log.error('bad');
        log.debug('after');
      }),
    );
    expect(lines).toEqual(['INFO between', 'DEBUG before', 'ERROR bad', 'DEBUG after']);
  });

  it('are written when the invocation fails', async () => {
    const { log, lines, lambda } = rig();
    const handler = lambda(async () => {
      log.debug('before');
      throw new RangeError('no');
    });
    await expect(call(handler)).rejects.toThrow('no');
    expect(lines).toEqual(['DEBUG before']);
  });

  it('are written when a record fails, though the invocation does not', async () => {
    const { log, lines, lambda } = rig();
    const event = { Records: ['a', 'b'].map((messageId) => ({ messageId, body: messageId, eventSource: 'aws:sqs' })) };
    const handler = lambda.sqs({ failures: 'report', onAllFailed: 'report', concurrency: 1 }, async ({ body }) => {
      log.debug(body);
      if (body === 'b') throw new Error('no');
    });
    await call(handler, event);
    expect(lines).toEqual(['DEBUG a', 'DEBUG b']);
  });

  it('are written shortly before the deadline', async () => {
    const { log, lines, lambda } = rig();
    const handler = lambda(async () => {
      log.debug('before');
      await sleep(120);
      const seen = [...lines];
      await sleep(120);
      return [seen, [...lines]];
    });
    const context = { ...lambdaContext, getRemainingTimeInMillis: () => 300 };
    expect(await call(handler, {}, context)).toEqual([[], ['DEBUG before']]);
  });

  it('are written when code asks for it', async () => {
    const { log, lines, lambda } = rig();
    keepLogs();
    await call(
      lambda(async () => {
        log.debug('before');
        keepLogs();
        log.debug('after');
      }),
    );
    expect(lines).toEqual(['DEBUG before', 'DEBUG after']);
  });

  it('of invocations that overlap are held apart', async () => {
    const { log, lines, lambda } = rig();
    const handler = lambda(async (name: string) => {
      log.debug(name);
      await sleep(5);
      if (name === 'bad') log.error(name);
    });
    await Promise.all([call(handler, 'good'), call(handler, 'bad'), call(handler, 'fine')]);
    expect(lines).toEqual(['DEBUG bad', 'ERROR bad']);
  });

  it('that are late, or outside an invocation, follow the level alone', async () => {
    const { log, lines, lambda } = rig();
    log.debug('at init');
    let late: Promise<void> | undefined;
    await call(
      lambda(async () => {
        late = sleep(5).then(() => {
          log.debug('late');
          log.error('late');
        });
      }),
    );
    await late;
    expect(lines).toEqual(['ERROR late']);
  });

  it('are held up to the level that is asked for, even such as would be written', async () => {
    const { log, lines, lambda } = rig({ hold: 'warn' });
    await call(lambda(async () => log.warn('held')));
    expect(lines).toEqual([]);
    const none = rig({ hold: 'none' }, { level: 'debug' });
    await call(none.lambda(async () => none.log.debug('written')));
    expect(none.lines).toEqual(['DEBUG written']);
  });

  it('that AWS_LAMBDA_LOG_LEVEL excludes are never written', async () => {
    const { log, lines, lambda } = rig({ ratio: 1 }, { env: { AWS_LAMBDA_LOG_LEVEL: 'INFO' } });
    await call(
      lambda(async () => {
        log.debug('too low');
        log.error('bad');
      }),
    );
    expect(lines).toEqual(['ERROR bad']);
  });
});

describe('the room for held lines', () => {
  it('is bounded: the oldest make room, and their number is said before the rest', async () => {
    const { log, lines, lambda } = rig({ maxBytes: 1500 });
    await call(
      lambda(async () => {
        for (let index = 0; index < 20; index += 1) log.debug(String(index), { text: 'x'.repeat(100) });
        log.error('bad');
        log.error('bad');
      }),
    );
    expect(lines).toEqual([
      'WARN held log lines made room for later ones and are lost (17)',
      'DEBUG 17',
      'DEBUG 18',
      'DEBUG 19',
      'ERROR bad',
      'ERROR bad',
    ]);
  });

  it('takes no line that is larger than itself', async () => {
    const { log, lines, lambda } = rig({ maxBytes: 100 });
    await call(
      lambda(async () => {
        log.debug('large');
        log.error('bad');
      }),
    );
    expect(lines).toEqual(['WARN held log lines made room for later ones and are lost (1)', 'ERROR bad']);
  });
});

describe('two plugins in one process', () => {
  it('each hold the lines of their own functions', async () => {
    const one = rig();
    const two = rig({ hold: 'info' });
    const work =
      ({ log }: Rig) =>
      async (fail: boolean) => {
        log.debug('debug');
        log.info('info');
        if (fail) log.error('bad');
      };
    await call(one.lambda(work(one)), true);
    await call(two.lambda(work(two)), false);
    await call(two.lambda(work(two)), true);
    expect(one.lines).toEqual(['INFO info', 'DEBUG debug', 'ERROR bad']);
    expect(two.lines).toEqual(['DEBUG debug', 'INFO info', 'ERROR bad']);
  });
});

describe('the end of the process', () => {
  it('writes what all running invocations hold, to stdout whatever the destination', async () => {
    const written: string[] = [];
    const lambda = lambdaWith({ writeLine: () => {} }).with({ plugins: [debugLogs()] });
    const log = createLog({ env: {} });
    await Promise.all(
      ['a', 'b'].map((name) =>
        call(
          lambda(async () => {
            log.debug(name);
            await sleep(5);
            if (name === 'b') return;
            vi.spyOn(fs, 'writeSync').mockImplementation(((_: number, bytes: Buffer) => {
              written.push(String(bytes));
              return bytes.length;
            }) as never);
            syncBuiltinESMExports();
            process.emit('uncaughtExceptionMonitor' as never, new Error('crash') as never);
            vi.restoreAllMocks();
            syncBuiltinESMExports();
          }),
        ),
      ),
    );
    expect(written.map((line) => JSON.parse(line).message)).toEqual(['a', 'b']);
  });
});
