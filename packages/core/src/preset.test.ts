import { expect, it } from 'vitest';
import { defaultSettings, mergeSettings, type Settings } from './preset.ts';
import { fakeContext, recorder, settled } from './tracing.fixture.ts';
import { sqsEvent } from './triggers/batch.fixture.ts';

const plugin = (name: string) => ({ name });
const trigger = (id: string) => ({ id, matches: () => false });

it('merges settings, weakest first: attributes and batch by key, plugins and triggers together', () => {
  const [a, b] = [plugin('a'), plugin('b')];
  const [s, t] = [trigger('s'), trigger('t')];
  const weak: Settings = {
    attributes: { team: 'shop', tier: 1 },
    batch: { failures: 'report', concurrency: 2 },
    plugins: [a],
    queueSpan: true,
    redact: [],
    triggers: [s],
  };
  const strong: Settings = {
    attributes: { tier: 2, team: undefined },
    batch: { concurrency: 5, failures: undefined },
    plugins: [b],
    queueSpan: undefined,
    triggers: [t],
  };
  expect(mergeSettings(weak, undefined, {}, strong)).toEqual({
    attributes: { team: 'shop', tier: 2 },
    batch: { ...defaultSettings.batch, failures: 'report', concurrency: 5 },
    plugins: [b, a],
    queueSpan: true,
    redact: [],
    triggers: [t, s],
  });
});

it('lets the function override the process, and neither override what stands above', async () => {
  const settings: Settings = { attributes: { from: 'process', team: 'shop' }, batch: { failures: 'report' } };
  const { lambda, spans } = recorder({
    settings,
    above: [{ attributes: { from: 'above' } }, { batch: { failures: 'throw' } }],
  });
  const mine = lambda.with({ attributes: { from: 'function', team: 'cart' }, batch: { failures: 'report' } });
  const each = ({ messageId }: { messageId: string }) => (messageId === 'm1' ? Promise.reject(null) : undefined);
  expect(await settled(mine.sqs({ failures: 'report' }, each)(sqsEvent, fakeContext()))).toMatchObject({
    error: { failedIds: ['m1'] },
  });
  expect(spans().at(-1)?.attributes).toMatchObject({ from: 'above', team: 'cart' });
});

it('has settings and batch options checked where they are said, and works with what is left of them', async () => {
  const places: unknown[] = [];
  const { lambda, spans } = recorder({
    check: {
      settings: (given, where) => {
        places.push(where, given);
        return { attributes: { team: 'shop' } };
      },
      batch: (given, where) => {
        places.push(where, given);
        return { ...given, failures: 'report' as const };
      },
    },
  });
  const fail = () => Promise.reject(null);
  const options = { onAllFailed: 'report' } as const;
  expect(await lambda.with({ plugins: [] }).sqs(options, fail)(sqsEvent, fakeContext())).toMatchObject({
    batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm2' }],
  });
  expect(places).toEqual(['lambda.with', { plugins: [] }, 'The batch wrapper of sqs', options]);
  expect(spans().at(-1)?.attributes).toMatchObject({ team: 'shop' });
});

it.each([0, -1, Number.NaN])('runs every record, one at a time, with a concurrency of %j', async (concurrency) => {
  const { lambda } = recorder();
  const seen: unknown[] = [];
  await lambda.sqs({ concurrency }, async ({ messageId }) => {
    seen.push(`${messageId} starts`);
    await null;
    seen.push(`${messageId} ends`);
  })(sqsEvent, fakeContext());
  expect(seen).toEqual(['m1 starts', 'm1 ends', 'm2 starts', 'm2 ends']);
});
