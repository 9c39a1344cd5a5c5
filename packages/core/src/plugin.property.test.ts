import type { Span } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Plugin } from './plugin.ts';
import { makeHost } from './plugin-host.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, recorder } from './tracing.fixture.ts';
import { sqsEvent } from './triggers/batch.fixture.ts';

type Behaviour = (span?: Span) => unknown;

const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
const boom = (thrown: unknown) => (): never => {
  throw thrown;
};

const behaviours: readonly Behaviour[] = [
  boom(new TypeError('boom')),
  boom(null),
  boom(revoked),
  () => Promise.reject(new Error('late')),
  () => Promise.reject(revoked),
  () => new Promise(() => {}),
  () => 'junk',
  () => revoked,
  () => boom(Symbol('boom')),
  () => () => Promise.reject(undefined),
  () => () => 'junk',
  (span) => span?.end?.(),
  (span) => span?.setAttributes?.(null as never),
  (span) => span?.updateName?.(Symbol('name') as never),
];
const behaviour = fc.constantFrom(undefined, ...behaviours);
const plugin = fc.record({ setup: behaviour, invocation: behaviour, record: behaviour, downstream: behaviour });

it('hostile plugins never change a result or an error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(plugin, { minLength: 1, maxLength: 4 }), fc.boolean(), async (hooks, fails) => {
      shared().plugins.clear();
      shared().troubles.clear();
      const plugins = hooks.map((parts, index) => ({ name: `p${index}`, ...parts }) as unknown as Plugin);
      const { pipeline } = recorder();
      const host = makeHost(pipeline.tracer);
      const { lambda } = recorder({ parts: { host }, settings: { plugins } });
      const [result, error] = [{ answer: 1 }, new RangeError('own')];
      const outcomes: unknown[] = [];
      await printed(async () => {
        const plain = lambda(async () => {
          host.start({ name: 'GET', kind: 2 })?.span.end();
          if (fails) throw error;
          return result;
        });
        outcomes.push(await plain('e', fakeContext()).catch((thrown: unknown) => thrown));
        const each = lambda.sqs({ failures: 'report' }, ({ messageId }) => {
          if (fails && messageId === 'm2') throw error;
        });
        outcomes.push(await each(sqsEvent, fakeContext()));
        await new Promise((resolve) => setImmediate(resolve));
      });
      expect(outcomes[0]).toBe(fails ? error : result);
      expect(outcomes[1]).toEqual({ batchItemFailures: fails ? [{ itemIdentifier: 'm2' }] : [] });
    }),
    { numRuns: 300 },
  );
});
