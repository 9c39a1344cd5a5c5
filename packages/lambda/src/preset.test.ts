import { shared } from '@tracelet/core';
import { fakeContext } from '@tracelet/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defineLambda, type Preset } from './index.ts';

beforeEach(() => {
  shared().pipeline = undefined;
  shared().preset = undefined;
  shared().troubles.clear();
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
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
  const first = {
    enforce: {
      exporter,
      xray: 'link',
      identity: { stage: 'STAGE' },
      sampling: { ratio: 1 },
      batch: { failures: 'throw' },
    },
  } as const;
  wrap(first)();
  wrap({ enforce: { exporter: { ...exporter }, sampling: { ratio: 1 } } })();
  wrap({ enforce: { batch: { failures: 'report' }, attributes: { team: 'shop' }, sampling: { logs: 'all' } } })();
  wrap({})();
  for (const [key, other] of [
    ['xray', { xray: 'parent' }],
    ['exporter', { exporter: 'stdout' }],
    ['resource', { resource: { team: 'shop' } }],
    ['identity', { identity: { stage: 'ENV' } }],
    ['sampling.ratio', { sampling: { ratio: 0 } }],
  ] as const) {
    expect(wrap({ enforce: { ...first.enforce, ...other } })).toThrow(
      says(`enforce.${key}`, 'the process was built from another preset that does not say so: use one of them'),
    );
  }
});

it('that enforces something else is one line inside Lambda, and the first one applies', () => {
  vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
  vi.stubEnv('OTEL_SDK_DISABLED', 'true');
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  wrap({ enforce: { xray: 'link' } })();
  for (const _ of [1, 2]) wrap({ enforce: { xray: 'parent' } })();
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 'ERROR', code: 'bad_setting:enforce.xray' },
  ]);
  expect(shared().preset).toMatchObject({ enforce: { xray: 'link' } });
});

it('gives the queue a span when it says so', async () => {
  const { events, harness } = await import('@tracelet/testing');
  const handler = defineLambda({ queueSpan: true }).sqs(async () => {});
  const { spans } = await harness().run(handler, events.sqs([{ body: 'order' }]));
  expect(spans.spans.map(({ name }) => name)).toContain('wait orders');
});
