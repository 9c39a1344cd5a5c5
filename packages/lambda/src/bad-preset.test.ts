import { shared } from '@tracelet/core';
import { fakeContext } from '@tracelet/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineLambda, type Preset } from './index.ts';

beforeEach(() => {
  shared().pipeline = undefined;
  shared().troubles.clear();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const wrap = (preset: unknown) => () => defineLambda(preset as Preset)(async () => 'done');
const says = (path: string, remedy: string): string =>
  `[bad_setting] defineLambda: the setting ${path} is not usable: ${remedy}.`;

const cycle: { enforce?: unknown } = {};
cycle.enforce = cycle;

describe('a preset', () => {
  it.each([
    [{ exporter: 'stdot' }, 'exporter', 'it has to be an object, or one of stdout, xray, none'],
    [{ enforce: { exporter: 5 } }, 'enforce.exporter', 'it has to be an object, or one of stdout, xray, none'],
    [{ service: 'orders' }, 'service', 'it has to be an object'],
    [{ service: { name: 7 } }, 'service.name', 'it has to be a text'],
    [{ resource: [] }, 'resource', 'it has to be an object'],
    [{ xray: 'follow' }, 'xray', 'it has to be one of ignore, link, parent-if-sampled, parent'],
    [{ flush: { timeoutMs: -1 } }, 'flush.timeoutMs', 'it has to be a whole number from 0 on, or Infinity'],
    [{ propagateTo: 'example.com' }, 'propagateTo', 'it has to be a list'],
    [{ enforce: { redact: 'email' } }, 'enforce.redact', 'it has to be a function'],
    [{ enforce: { require: 'team' } }, 'enforce.require', 'it has to be a list'],
    [{ enforce: { require: [7] } }, 'enforce.require[0]', 'it has to be a text'],
    [{ provider: {}, exporter: 'none' }, 'provider', 'leave it or the exporter out, a provider brings its own'],
  ])('%j is refused outside Lambda', (preset, path, remedy) => {
    expect(wrap(preset)).toThrow(says(path, remedy));
  });

  it('that is a cycle is refused', () => {
    expect(wrap(cycle)).toThrow(/enforce\.enforce is not usable: known ones are attributes, batch, resource/);
  });

  it('keeps what is right of it inside Lambda', () => {
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:1');
    const preset = { xray: 'follow', provider: {}, exporter: 'none', enforce: cycle };
    const lines = printed(() => defineLambda(preset as never));
    const of = (path: string) => ({ level: 'ERROR', code: `bad_setting:${path}` });
    expect(lines).toMatchObject([of('xray'), of('enforce.enforce'), of('provider')]);
  });
});

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

it('has an enforced redaction in the place of its own', () => {
  const [own, enforced] = [() => 'own', () => 'enforced'];
  wrap({ redact: own, enforce: { redact: enforced } })();
  expect(shared().pipeline?.redact).toBe(enforced);
});

function printed(fn: () => unknown): readonly { readonly code: string; readonly level: string }[] {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  fn();
  return lines.map((line) => JSON.parse(line));
}
