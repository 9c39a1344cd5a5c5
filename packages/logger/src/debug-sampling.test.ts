import { type Context, propagation, type Span, type SpanContext, type TextMapGetter } from '@opentelemetry/api';
import { type Plugin, shared } from '@tracelet/core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { call, rig } from './debug-logs.fixture.ts';
import { DEBUG_BAGGAGE, type DebugLogsOptions, debugLogs } from './debug-logs.ts';

beforeAll(() => {
  propagation.setGlobalPropagator({
    fields: () => ['baggage'],
    inject: () => {},
    extract(context: Context, carrier: unknown, getter: TextMapGetter) {
      const [key = '', value = ''] = String(getter.get(carrier, 'baggage') ?? '').split('=');
      return key === '' ? context : propagation.setBaggage(context, propagation.createBaggage({ [key]: { value } }));
    },
  });
});

afterEach(() => {
  shared().logGate = undefined;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('sampling', () => {
  const invoke = (plugin: Plugin, traceId: string): boolean => {
    const span = { spanContext: (): SpanContext => ({ traceId, spanId: '1', traceFlags: 1 }) } as Span;
    const info = { event: {}, context: {} as never, trigger: 'unknown', coldStart: false, deadlineMs: Infinity };
    const finish = plugin.invocation?.(span, info);
    // Only what is open lets a held line through at once.
    const held: unknown[] = [];
    shared().frames.run({ invocation: { info, parent: {}, trigger: {} } } as never, () => {
      held.push(shared().logGate?.admit(5, false));
    });
    finish?.({ fault: false });
    return held[0] === true;
  };

  it.each([0, 0.001, 0.01, 0.5, 1])('writes all lines of exactly the share %d of invocations', (ratio) => {
    const runs = 20_000;
    const plugin = debugLogs({ ratio });
    let sampled = 0;
    for (let index = 0; index < runs; index += 1) {
      // Evenly spread: so the share is exact, and not only within the noise.
      const tail = Math.ceil((index / runs) * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
      if (invoke(plugin, `0af7651916cd43dd8448eb21${tail}`)) sampled += 1;
    }
    expect(sampled).toBe(ratio * runs);
    vi.spyOn(Math, 'random').mockReturnValue(0.4);
    expect(invoke(plugin, '0'.repeat(32))).toBe(ratio > 0.4);
  });

  it('takes the share from the environment where code says none, and says once that it is none', () => {
    const said: unknown[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(JSON.parse(String(text)).code) > 0);
    vi.stubEnv('TRACELET_LOG_DEBUG_RATIO', '0.5');
    expect(invoke(debugLogs(), `${'1'.repeat(24)}7fffffff`)).toBe(true);
    expect(invoke(debugLogs({ ratio: 0.1 }), `${'1'.repeat(24)}7fffffff`)).toBe(false);
    vi.stubEnv('TRACELET_LOG_DEBUG_RATIO', 'half');
    expect(invoke(debugLogs(), `${'1'.repeat(24)}00000000`)).toBe(false);
    debugLogs();
    vi.restoreAllMocks();
    expect(said).toEqual(['bad_environment:TRACELET_LOG_DEBUG_RATIO']);
  });
});

describe('a caller that asks for all lines', () => {
  const sqs = (baggage: string) => ({
    Records: [
      {
        messageId: 'm',
        body: 'x',
        eventSource: 'aws:sqs',
        messageAttributes: {},
        attributes: {},
      },
    ],
    headers: { baggage },
  });
  const http = (baggage: string) => ({
    version: '2.0',
    routeKey: 'GET /',
    rawPath: '/',
    headers: { baggage },
    requestContext: { http: { method: 'GET', path: '/' } },
  });
  const direct = (baggage: string) => ({ headers: { baggage } });

  const linesOf = async (options: DebugLogsOptions, event: unknown): Promise<string[]> => {
    const { log, lines, lambda } = rig(options);
    const carried = lambda.with({
      triggers: [
        {
          id: 'direct',
          kind: 'other',
          matches: (given: unknown) => given !== null && typeof given === 'object' && !('version' in given),
          plan: () => ({ attributes: {} }),
          carrier: (given: { headers: Record<string, string> }) => given.headers,
        } as never,
      ],
    });
    await call(
      carried(async () => log.debug('asked for')),
      event,
    );
    return lines;
  };

  it('has to know the token', async () => {
    const asked = `${DEBUG_BAGGAGE}=s3cret`;
    expect(await linesOf({ token: 's3cret' }, direct(asked))).toEqual(['DEBUG asked for']);
    expect(await linesOf({ token: 'other' }, direct(asked))).toEqual([]);
    expect(await linesOf({}, direct(`${DEBUG_BAGGAGE}=`))).toEqual([]);
    expect(await linesOf({ token: 's3cret' }, sqs(''))).toEqual([]);
  });

  it('is not heard over HTTP unless the preset says so', async () => {
    const asked = `${DEBUG_BAGGAGE}=s3cret`;
    expect(await linesOf({ token: 's3cret' }, http(asked))).toEqual([]);
    expect(await linesOf({ token: 's3cret', trustHttp: true }, http(asked))).toEqual(['DEBUG asked for']);
  });
});
