import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultIntegrations, lambda } from '@tracelet/lambda';
import { events, harness, type SpanTree, spanTree } from '@tracelet/testing';
import { expect, it } from 'vitest';
import event from './event.json' with { type: 'json' };
import { handler } from './handler.ts';
import { lookUpPrice } from './price-list.ts';
import { stockWatch } from './stock-watch.ts';

const { run } = harness({ plugins: defaultIntegrations() });

it('is a span for each call of the library, without a word of the application', async () => {
  const { spans } = await run(
    lambda(async (sku: string) => lookUpPrice(sku)),
    'lamp',
  );
  expect(print(spans)).toMatchInlineSnapshot(`
    "SERVER local-function
      CLIENT look up price  acme.sku=lamp acme.price.cents=400"
  `);
  const { spans: failed, ...answer } = await run(
    lambda(async (sku: string) => lookUpPrice(sku)),
    '',
  );
  expect(answer).toMatchObject({ ok: false, error: new RangeError('an article has a number') });
  expect(print(failed)).toMatchInlineSnapshot(`
    "SERVER local-function  [error RangeError] "an article has a number"
      CLIENT look up price  [error RangeError] "an article has a number" acme.sku="""
  `);
});

it('adds what the plugin knows to invocation, record and call', async () => {
  const { spans } = await run(handler, events.sqs([event, { body: 'south' }]));
  expect(print(spans)).toMatchInlineSnapshot(`
    "SERVER local-function  acme.stock.hurried=false acme.stock.failed=false
      CONSUMER process orders
        CONSUMER process orders  acme.warehouse=north
          CLIENT look up price  acme.sku=north-7 acme.price.cents=700 acme.stock.slow=true
        CONSUMER process orders  acme.warehouse=south
          CLIENT look up price  acme.sku=south acme.price.cents=500 acme.stock.slow=true"
  `);
});

it('depends on nothing but types', () => {
  const imported = ['price-list.ts', 'stock-watch.ts'].flatMap((file) =>
    readFileSync(join(import.meta.dirname, file), 'utf8')
      .split('\n')
      .filter((line) => /\bimport\b|\brequire\b/.test(line)),
  );
  expect(imported).toEqual([
    "import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';",
    "import type { Plugin } from '@tracelet/lambda';",
  ]);
});

it('works where nothing is traced', async () => {
  expect(await lookUpPrice('lamp')).toBe(400);
  expect(stockWatch().name).toBe('acme-stock-watch');
});

function print({ spans }: SpanTree): string {
  const attributes = spans.flatMap((span) => Object.keys(span.attributes)).filter((key) => key.startsWith('acme.'));
  return String(spanTree(spans, { attributes: [...new Set(attributes)] }));
}
