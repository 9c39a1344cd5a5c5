import { format } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bridgeConsole } from './console.ts';
import { inInvocation, REQUEST_ID, spanNow } from './logger.fixture.ts';

type Lines = unknown[][];

/** A console that keeps what it is given, as the runtime's does with what it formats. */
function keptConsole(): { readonly console: Record<string, (...args: unknown[]) => void>; readonly lines: Lines } {
  const lines: Lines = [];
  const methods = ['trace', 'debug', 'info', 'log', 'warn', 'error', 'fatal'];
  return {
    lines,
    console: Object.fromEntries(methods.map((name) => [name, (...args) => lines.push([name, format(...args)])])),
  };
}

function keptStdout(): { readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(JSON.parse(String(text)));
    return true;
  });
  return { lines };
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('with the text format', () => {
  it("the runtime's own line is followed by the ids", async () => {
    const { console, lines } = keptConsole();
    bridgeConsole({ console, env: {} });
    const ids = await inInvocation(async () => {
      console.log?.('charged %d', 7, { order: 1 });
      console.error?.('100%');
      return spanNow().spanContext();
    });
    const told = `trace_id=${ids.traceId} span_id=${ids.spanId} trace_flags=01 cold_start=true`;
    expect(lines).toEqual([
      ['log', `charged 7 { order: 1 }\t${told}`],
      ['error', `100%\t${told}`],
    ]);
  });

  it('outside an invocation a line is as it was', () => {
    const { console, lines } = keptConsole();
    bridgeConsole({ console, env: {} });
    console.info?.('loading %s', 'x');
    console.info?.();
    expect(lines).toEqual([
      ['info', 'loading x'],
      ['info', ''],
    ]);
  });

  it('what is undone is undone, unless somebody else patched it since', () => {
    const { console } = keptConsole();
    const before = { ...console };
    const undo = bridgeConsole({ console, env: {} });
    const later = (): void => {};
    console.warn = later;
    undo();
    expect({ ...console }).toEqual({ ...before, warn: later });
  });
});

describe('with the JSON format', () => {
  const env = { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_FUNCTION_NAME: 'shop' };

  it('lines have the fields of the platform, and ours at the top', async () => {
    const { console, lines: runtimes } = keptConsole();
    const { lines } = keptStdout();
    bridgeConsole({ console, env });
    const ids = await inInvocation(async () => {
      console.info?.('charged %d', 7);
      console.warn?.({ order: 1, password: 'hunter2' });
      return spanNow().spanContext();
    });
    vi.restoreAllMocks();
    const common = {
      timestamp: expect.stringMatching(/Z$/),
      requestId: REQUEST_ID,
      trace_id: ids.traceId,
      span_id: ids.spanId,
      trace_flags: '01',
      function_name: 'shop',
      function_version: '7',
      cold_start: true,
    };
    expect(lines).toEqual([
      { ...common, level: 'INFO', message: 'charged 7' },
      { ...common, level: 'WARN', message: { order: 1, password: '[REDACTED]' } },
    ]);
    expect(runtimes).toEqual([]);
  });

  it('the first error gives the three fields of the platform', () => {
    const { console } = keptConsole();
    const { lines } = keptStdout();
    bridgeConsole({ console, env });
    const error = Object.assign(new TypeError('no route'), { stack: 'TypeError: no route\n    at dns' });
    console.error?.(error);
    console.error?.('failed:', 1, error);
    vi.restoreAllMocks();
    const facts = {
      errorType: 'TypeError',
      errorMessage: 'no route',
      stackTrace: ['TypeError: no route', '    at dns'],
    };
    expect(lines).toMatchObject([
      { message: 'no route', ...facts },
      { message: expect.stringContaining('failed: 1 TypeError: no route'), ...facts },
    ]);
  });

  it('levels that the runtime leaves out stay left out', () => {
    const { console, lines: runtimes } = keptConsole();
    const { lines } = keptStdout();
    bridgeConsole({ console, env: { ...env, AWS_LAMBDA_LOG_LEVEL: 'WARN' } });
    console.info?.('quiet');
    console.warn?.('loud');
    vi.restoreAllMocks();
    expect(lines.map(({ message }) => message)).toEqual(['loud']);
    expect(runtimes).toEqual([['info', 'quiet']]);
  });

  it('a value that cannot be formatted goes to the console as it was, and no call throws', () => {
    const given: unknown[][] = [];
    const console = { log: (...args: unknown[]) => given.push(args) } as Record<string, (...args: unknown[]) => void>;
    keptStdout();
    bridgeConsole({ console, env });
    const hostile = {
      toString() {
        throw new Error('no');
      },
      [Symbol.toPrimitive]() {
        throw new Error('no');
      },
    };
    console.log?.('%d', hostile);
    console.log?.(Object.defineProperty({}, 'a', { get: () => JSON.parse('{'), enumerable: true }));
    vi.restoreAllMocks();
    expect(given).toEqual([['%d', hostile]]);
  });
});
