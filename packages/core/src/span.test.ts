import { spawnSync } from 'node:child_process';
import { SpanKind, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { shared } from './shared.ts';
import { span } from './span.ts';
import { fakeContext, invoke, recorder, settled } from './tracing.fixture.ts';

const boom = new TypeError('boom');

afterEach(() => {
  shared().pipeline = undefined;
});

/** What code inside an invocation records, and what it gives. */
async function inside(work: () => unknown) {
  const { lambda, tree, attributes } = recorder();
  const outcome = await settled(lambda(async () => work())('e', fakeContext()));
  return { outcome, tree: tree().slice(1), attributes };
}

describe('span', () => {
  it('runs a function inside a span, and gives its result by identity', async () => {
    const result = {};
    const { outcome, tree, attributes } = await inside(() =>
      span('outer', (s) => {
        s.setAttribute('set', 1);
        return span('inner', { kind: SpanKind.CLIENT, attributes: { given: 2 } }, () => result);
      }),
    );
    expect('value' in outcome && outcome.value).toBe(result);
    expect(tree).toEqual(['  outer INTERNAL', '    inner CLIENT']);
    expect([attributes('outer'), attributes('inner')]).toEqual([{ set: 1 }, { given: 2 }]);
  });

  it('ends when its promise settles, and gives its value by identity', async () => {
    const result = {};
    const { outcome, tree } = await inside(async () => {
      const pending = span('outer', async () => {
        await span('inner', {}, async () => {});
        return result;
      });
      expect(pending).toBeInstanceOf(Promise);
      return pending;
    });
    expect('value' in outcome && outcome.value).toBe(result);
    expect(tree).toEqual(['  outer INTERNAL', '    inner INTERNAL']);
  });

  it.each([
    [
      'throws',
      () => {
        throw boom;
      },
    ],
    ['rejects', () => Promise.reject(boom)],
  ])('records the error of a function that %s, and passes it on by identity', async (_how, work) => {
    const { outcome, tree } = await inside(() => span('work', work));
    expect('error' in outcome && outcome.error).toBe(boom);
    expect(tree).toEqual(['  work INTERNAL ERROR(boom) exception(TypeError: boom)']);
  });

  it('gives a promise with members of its own back as it is', async () => {
    class Query extends Promise<number> {}
    const query = new Query((resolve) => resolve(1));
    const cancellable = Object.assign(Promise.resolve(2), { cancel: () => 'cancelled' });
    const refused = Object.assign(Promise.reject(boom), { cancel: () => {} });
    const { tree } = await inside(async () => {
      expect(span('query', () => query)).toBe(query);
      expect(span('cancellable', () => cancellable).cancel()).toBe('cancelled');
      expect(await settled(span('refused', () => refused))).toEqual({ error: boom });
      await query;
    });
    expect(tree).toEqual([
      '  query INTERNAL',
      '  cancellable INTERNAL',
      '  refused INTERNAL ERROR(boom) exception(TypeError: boom)',
    ]);
  });

  it('does not run a lazy thenable', async () => {
    let asked = 0;
    // biome-ignore lint/suspicious/noThenProperty: a query builder is such a thenable
    const query = { then: () => void asked++ };
    const { tree } = await inside(() => {
      expect(span('query', () => query)).toBe(query);
    });
    expect([asked, tree]).toEqual([0, ['  query INTERNAL']]);
  });

  it('leaves a rejection that nobody handles unhandled', () => {
    const script = `
      import { span } from ${JSON.stringify(new URL('span.ts', import.meta.url).href)};
      span('work', async () => { throw new Error('nobody cares'); });
      setTimeout(() => {}, 1000);
    `;
    const args = ['--no-warnings', '--input-type=module', '--eval', script];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 10_000 });
    expect([status, /Error: nobody cares/.test(stderr)]).toEqual([1, true]);
  });

  it('outside an invocation belongs to the pipeline of the process, and records nothing before there is one', () => {
    expect(span('early', (s) => s.isRecording())).toBe(false);
    const { pipeline, tree } = recorder();
    shared().pipeline = pipeline;
    expect(span('work', (s) => s.isRecording())).toBe(true);
    expect(tree()).toEqual(['work INTERNAL']);
  });

  it.each([[undefined], [{}], [7, 'x']])('wants a function to run: %j', (...args) => {
    expect(() => invoke(span, 'work', ...args)).toThrow(
      `[handler_not_a_function] span() was given a value of type ${typeof args[1]}, not a function. Give it the function itself.`,
    );
  });
});

describe('span.set', () => {
  it('sets attributes on the innermost span, and nothing where there is none', async () => {
    span.set({ lost: true });
    const { attributes } = await inside(() => {
      span('inner', () => span.set({ in: 'inner' }));
      span.set({ in: 'invocation' });
    });
    expect([attributes('inner'), attributes('shop')]).toMatchObject([{ in: 'inner' }, { in: 'invocation' }]);
  });
});

describe('span.wrap', () => {
  it('makes each call of a function a span, and keeps its parameters, result and this', async () => {
    const till = {
      rate: 3,
      price: span.wrap('price', function (this: { rate: number }, amount: number, unit: string) {
        return `${this.rate * amount} ${unit}`;
      }),
    };
    const { outcome, tree } = await inside(() => [till.price(2, 'EUR'), till.price(3, 'USD')]);
    expect(outcome).toEqual({ value: ['6 EUR', '9 USD'] });
    expect(tree).toEqual(['  price INTERNAL', '  price INTERNAL']);
  });
});

it('stands beside spans of libraries that use the OpenTelemetry API alone', async () => {
  const { tree } = await inside(() =>
    span('outer', (outer) => expect(trace.getActiveSpan()?.spanContext()).toBe(outer.spanContext())),
  );
  expect(tree).toEqual(['  outer INTERNAL']);
});
