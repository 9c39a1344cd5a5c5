import { context, propagation, trace } from '@opentelemetry/api';
import { shared } from '@tracelet/core';
import { events, fakeContext, harness } from '@tracelet/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineLambda, isTraceletError, json, lambda, type Preset } from './index.ts';

beforeEach(() => {
  shared().pipeline = undefined;
  shared().troubles.clear();
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('outside Lambda', () => {
  it('runs the handler and registers nothing', async () => {
    const setProvider = vi.spyOn(trace, 'setGlobalTracerProvider');
    const setManager = vi.spyOn(context, 'setGlobalContextManager');
    const setPropagator = vi.spyOn(propagation, 'setGlobalPropagator');
    const handler = lambda(async (event: { readonly a: number }) => event.a + 1);
    expect(await handler({ a: 1 }, fakeContext())).toBe(2);
    expect([setProvider, setManager, setPropagator].map(({ mock }) => mock.calls)).toEqual([[], [], []]);
  });

  it('throws for a preset with a fault, and names the setting', () => {
    const define = (preset: object) => () => defineLambda(preset as Preset);
    expect(define({ batches: {} })).toThrow(/bad_setting.*defineLambda.*batches/);
    expect(define({ batch: { failures: 'reprot' } })).toThrow(/bad_setting.*batch\.failures/);
    expect(define({ enforce: null })).toThrow(/bad_setting.*enforce.*has to be an object/);
    expect(define({ enforce: { batch: { concurrency: 0 } } })).toThrow(/bad_setting.*enforce\.batch\.concurrency/);
    expect(define({ enforce: { plugins: [] } })).toThrow(
      /bad_setting.*enforce\.plugins.*known ones are attributes, batch/,
    );
    expect(() => lambda.with({ batch: { concurrency: 0 } })).toThrow(/bad_setting.*lambda\.with.*batch\.concurrency/);
  });

  it('throws for a handler that is not a function', () => {
    let thrown: unknown;
    try {
      lambda({ handler: true } as never);
    } catch (error) {
      thrown = error;
    }
    expect(isTraceletError(thrown)).toBe(true);
    expect(thrown).toMatchObject({ code: 'handler_not_a_function' });
  });
});

describe('inside Lambda', () => {
  it('says a fault of a preset once, and goes on without it', () => {
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9');
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    const wrong = { batch: { failures: 'reprot' }, enforce: { batch: null, colour: 'red' } } as unknown as Preset;
    defineLambda(wrong);
    defineLambda(wrong);
    defineLambda({ enforce: null } as unknown as Preset);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject(
      ['batch.failures', 'enforce.batch', 'enforce.colour', 'enforce'].map((path) => ({
        level: 'ERROR',
        code: `bad_setting:${path}`,
      })),
    );
  });
});

describe('the kill switch', () => {
  it('gives the handler back, and keeps batches at work', async () => {
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    const handler = async (): Promise<string> => 'done';
    expect(lambda(handler)).toBe(handler);
    const seen: unknown[] = [];
    const batch = lambda.sqs({ failures: 'report', parse: json() }, (body) => seen.push(body));
    const event = events.sqs([{ body: { id: 1 } }, { body: 'no json' }]);
    expect(await batch(event, fakeContext())).toEqual({
      batchItemFailures: [{ itemIdentifier: event.Records[1]?.messageId }],
    });
    expect(seen).toEqual([{ id: 1 }]);
  });
});

describe('precedence', () => {
  const event = events.sqs([{ body: 'good' }, { body: 'bad' }]);
  const each = (record: { readonly body: string }): void => {
    if (record.body === 'bad') throw new Error('bad record');
  };
  const outcomeOf = async (handler: ReturnType<typeof lambda.sqs>): Promise<string> => {
    const { ok } = await harness().run(handler, event);
    return ok ? 'report' : 'throw';
  };

  it('has enforce before the environment, that before code, and code before the preset', async () => {
    const preset = defineLambda({ batch: { failures: 'report' } });
    const code = preset.with({ batch: { failures: 'throw' } });
    expect(await outcomeOf(preset.sqs(each))).toBe('report');
    expect(await outcomeOf(code.sqs(each))).toBe('throw');
    vi.stubEnv('TRACELET_BATCH_FAILURES', 'report');
    expect(await outcomeOf(code.sqs(each))).toBe('report');
    const enforced = defineLambda({ enforce: { batch: { failures: 'throw' } } });
    expect(await outcomeOf(enforced.with({ batch: { failures: 'report' } }).sqs(each))).toBe('throw');
  });

  it('puts a preset’s attributes under those of the function, and what is enforced above both', async () => {
    const company = defineLambda({
      attributes: { team: 'core', tier: 1 },
      enforce: { attributes: { 'company.name': 'acme' } },
    });
    const handler = company.with({ attributes: { team: 'shop', 'company.name': 'other' } })(async () => 'done');
    const { spans } = await harness().run(handler, {});
    expect(spans.spans[0]?.attributes).toMatchObject({ team: 'shop', tier: 1, 'company.name': 'acme' });
  });
});
