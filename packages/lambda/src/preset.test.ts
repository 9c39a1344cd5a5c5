import { shared } from '@tracelet/core';
import { fakeContext } from '@tracelet/testing';
import { beforeEach, expect, it } from 'vitest';
import { defineLambda, type Preset } from './index.ts';

beforeEach(() => {
  shared().pipeline = undefined;
  shared().preset = undefined;
  shared().troubles.clear();
});

const wrap = (preset: unknown) => () => defineLambda(preset as Preset)(async () => 'done');
const says = (path: string, remedy: string): string =>
  `[bad_setting] defineLambda: the setting ${path} is not usable: ${remedy}.`;

it('requires attributes of every function, wherever they are said', async () => {
  const company = defineLambda({ attributes: { stage: 'test' }, enforce: { require: ['stage', 'team'] } });
  const missing =
    '[bad_setting] lambda.with: the setting attributes.team is not usable: the preset requires it of every';
  expect(() => company(async () => {})).toThrow(missing);
  expect(() => company.sqs(async () => {})).toThrow(missing);
  const shop = company.with({ attributes: { team: 'shop' } });
  expect(await shop(async () => 'done')('e', fakeContext())).toBe('done');
});

it('is process-wide: another one that enforces something else is refused', () => {
  const exporter = { url: 'http://127.0.0.1:4318' };
  const first = { enforce: { exporter, xray: 'link' } } as const;
  wrap(first)();
  wrap({ enforce: { exporter: { ...exporter } } })();
  wrap({})();
  expect(wrap({ enforce: { ...first.enforce, xray: 'parent' } })).toThrow(
    says('enforce.xray', 'the process was built from another preset that does not say so: use one of them'),
  );
});

it('gives the queue a span when it says so', async () => {
  const { events, harness } = await import('@tracelet/testing');
  const handler = defineLambda({ queueSpan: true }).sqs(async () => {});
  const { spans } = await harness().run(handler, events.sqs([{ body: 'order' }]));
  expect(spans.spans.map(({ name }) => name)).toContain('wait orders');
});
