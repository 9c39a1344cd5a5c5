import { expect, it } from 'vitest';
import type { ResolvedSettings } from './preset.ts';
import { recorder } from './tracing.fixture.ts';

it('are checked for each handler that is wrapped, once everybody has had a say, and may be changed then', async () => {
  const seen: ResolvedSettings[] = [];
  const { lambda } = recorder({
    settings: { attributes: { a: 1, b: 1, c: 1 } },
    above: [{ attributes: { c: 3 } }],
    check: {
      settings: (settings) => settings,
      batch: (options) => options,
      resolved: (settings) => {
        seen.push(settings);
        return { ...settings, attributes: { ...settings.attributes, d: 4 } };
      },
    },
  });
  lambda.with({ attributes: { b: 2 } })(async () => {});
  lambda.sqs({ concurrency: 2 }, () => {});
  expect(seen).toMatchObject([
    { attributes: { a: 1, b: 2, c: 3 } },
    { attributes: { a: 1, b: 1, c: 3 }, batch: { concurrency: 2 } },
  ]);
});
