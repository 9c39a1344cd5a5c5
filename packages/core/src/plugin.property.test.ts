import { PassThrough } from 'node:stream';
import type { Span } from '@opentelemetry/api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Lambda } from './handler.ts';
import type { Plugin, PluginHost } from './plugin.ts';
import { disposePlugins, makeHost } from './plugin-host.ts';
import { shared } from './shared.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, recorder } from './tracing.fixture.ts';
import { sqsEvent } from './triggers/batch.fixture.ts';

type Behaviour = (span?: Span, info?: object) => unknown;

const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();
const boom = (thrown: unknown) => (): never => {
  throw thrown;
};
const hostile = new Proxy(() => {}, { apply: boom('applied'), get: boom('read'), has: boom('looked for') });
const THEN = 'then';
const rejecting = (members: object): unknown => Object.assign(Promise.reject(new Error('late')), members);

/** What a hook may do; as a hook it gets a span and its info, as a finisher the outcome. */
const behaviours: readonly Behaviour[] = [
  boom(new TypeError('boom')),
  boom(null),
  boom(revoked),
  () => Promise.reject(new Error('late')),
  () => Promise.reject(revoked),
  () => rejecting({ catch: boom('caught') }),
  () => rejecting({ [THEN]: boom('then') }),
  () => new Promise(() => {}),
  () => ({ [THEN]: boom('then') }),
  () => 'junk',
  () => revoked,
  () => hostile,
  () => new Proxy({}, { get: boom('read') }),
  () => boom(Symbol('boom')),
  () => () => Promise.reject(undefined),
  () => () => 'junk',
  () => (outcome: object) => Object.assign(outcome, { fault: true, error: new Error('forged'), errorType: 'Forged' }),
  (_span, info) => Object.assign(info ?? {}, { event: 'forged', context: null, record: null, trigger: 7 }),
  (_span, info) => Reflect.ownKeys(info ?? {}).map((key) => Reflect.deleteProperty(info ?? {}, key)),
  (span) => span?.end?.(),
  (span) => span?.setAttributes?.(null as never),
  (span) => span?.updateName?.(Symbol('name') as never),
  (span) =>
    Object.assign(span ?? {}, { end: boom('end'), setAttributes: null, setStatus: boom('status'), addEvent: 7 }),
  (span) => void (span && Object.defineProperty(span, 'spanContext', { value: boom('context') })),
];
const behaviour = fc.constantFrom(undefined, ...behaviours);
const plugin = fc.record({ setup: behaviour, invocation: behaviour, record: behaviour, downstream: behaviour });

/** What a call came to: the very value, or the very error. */
type Answer = { readonly result: unknown } | { readonly error: unknown };

interface Rig {
  readonly lambda: Lambda;
  readonly host: PluginHost;
  /** What the function does: it gives `result`, or throws `error`. */
  readonly work: () => unknown;
}

const answerOf = async (call: () => unknown): Promise<Answer> => {
  try {
    return { result: await call() };
  } catch (error) {
    return { error };
  }
};

/** Every shape of a handler, each as the runtime would call it. */
const shapes: Readonly<Record<string, (rig: Rig) => Promise<Answer>>> = {
  async: ({ lambda, work }) => answerOf(() => lambda(async () => work())('e', fakeContext())),
  synchronous: ({ lambda, work }) => answerOf(() => lambda(() => work())('e', fakeContext())),
  callback: ({ lambda, work }) =>
    answerOf(
      () =>
        new Promise((resolve, reject) => {
          const handler = lambda((_event, _context, callback) => {
            void answerOf(work).then((answer) => {
              if ('error' in answer) callback(answer.error as Error);
              else callback(null, answer.result);
            });
          });
          const call = handler as (...args: unknown[]) => unknown;
          call('e', fakeContext(), (error: unknown, result: unknown) => (error ? reject(error) : resolve(result)));
        }),
    ),
  stream: ({ lambda, work }) => {
    const call = lambda.stream(async () => work()) as (...args: unknown[]) => unknown;
    return answerOf(() => call('e', new PassThrough(), fakeContext()));
  },
  record: ({ lambda, work }) => {
    const each = lambda.record(async (_record: string) => work());
    return answerOf(() => lambda(async () => each('r'))('e', fakeContext()));
  },
};

const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));

it('hostile plugins never change a result or an error, whatever the handler is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(plugin, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...Object.keys(shapes)),
      fc.boolean(),
      async (hooks, shape, fails) => {
        shared().plugins.clear();
        shared().troubles.clear();
        const plugins = hooks.map((parts, index) => ({ name: `p${index}`, ...parts }) as unknown as Plugin);
        const { pipeline } = recorder();
        const host = makeHost(pipeline.tracer);
        const { lambda } = recorder({ parts: { host }, settings: { plugins } });
        const [result, error] = [{ answer: 1 }, new RangeError('own')];
        const rig: Rig = {
          lambda,
          host,
          work: () => {
            host.start({ name: 'GET', kind: 2 })?.span.end();
            if (fails) throw error;
            return result;
          },
        };
        let answer: Answer | undefined;
        const records: unknown[] = [];
        const batch: unknown[] = [];
        const lines = await printed(async () => {
          answer = await shapes[shape]?.(rig);
          const each = ({ messageId }: { readonly messageId: string }): void => {
            records.push(messageId);
            if (fails && messageId === 'm2') throw error;
          };
          batch.push(await lambda.sqs({ failures: 'report', concurrency: 1 }, each)(sqsEvent, fakeContext()));
          batch.push(await answerOf(() => lambda.sqs(each)(sqsEvent, fakeContext())));
          disposePlugins();
          await new Promise((resolve) => setImmediate(resolve));
        });
        expect(answer).toStrictEqual(fails ? { error } : { result });
        expect('error' in (answer ?? {}) ? (answer as { error: unknown }).error : error).toBe(error);
        expect('result' in (answer ?? {}) ? (answer as { result: unknown }).result : result).toBe(result);
        expect(records).toEqual(['m1', 'm2', 'm1', 'm2']);
        expect(batch[0]).toEqual({ batchItemFailures: fails ? [{ itemIdentifier: 'm2' }] : [] });
        if (fails) expect(batch[1]).toMatchObject({ error: { code: 'batch_failed', errors: [error] } });
        else expect(batch[1]).toEqual({ result: undefined });
        // Each trouble once.
        const codes = lines.map((line) => (line as { readonly code?: string }).code);
        expect(codes).toEqual([...new Set(codes)]);
        expect(unhandled).toEqual([]);
      },
    ),
    { numRuns: 600 },
  );
}, 60_000);
