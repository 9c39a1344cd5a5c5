import { get, type IncomingMessage } from 'node:http';
import { type Span, trace } from '@opentelemetry/api';
import { diagnose } from '@tracelet/core';
import { events, fakeContext } from '@tracelet/testing';
import { bridgeConsole } from './console.ts';
import { doctor, type Lambda, log, span } from './index.ts';
import { pinoDestination } from './pino.ts';
import type { Planted } from './planted-secrets.fixture.ts';

/** Ways a secret may take out of a function: each plants those that it is given. */
export type Way = (lambda: Lambda, secrets: readonly Planted[]) => unknown;

const members = (secrets: readonly Planted[]): Record<string, unknown> =>
  Object.fromEntries(
    secrets.map(({ key, value }, index) => [key === 'note' ? `n${index}` : `p${index}.${key}`, value]),
  );
const texts = (secrets: readonly Planted[]): Record<string, string> =>
  Object.fromEntries(secrets.map(({ text }, index) => [`t${index}`, text]));
const all = (secrets: readonly Planted[]): string => secrets.map(({ text }) => text).join('\n');

/** Runs code inside an invocation, whatever it throws. */
async function inside(lambda: Lambda, work: (active: Span) => unknown, event: unknown = {}): Promise<void> {
  const handler = lambda(async () => {
    await work(trace.getActiveSpan() as Span);
  });
  await (handler as (event: unknown, context: unknown) => Promise<unknown>)(event, fakeContext()).catch(() => {});
}

const each =
  (plant: (active: Span, secret: Planted) => unknown): Way =>
  (lambda, secrets) =>
    inside(lambda, async (active) => {
      for (const secret of secrets) await plant(active, secret);
    });

function failure(secrets: readonly Planted[]): Error {
  const cause = new Error(all(secrets), { cause: members(secrets) });
  return new AggregateError([cause, all(secrets)], all(secrets), { cause });
}

/** Where each secret takes an invocation of its own, fewer do. */
const ONE_BY_ONE = 10;

/** By name, as the tests say what leaks. */
export const ways: Readonly<Record<string, Way>> = {
  'span attributes': (lambda, secrets) =>
    inside(lambda, () => span.set({ ...members(secrets), ...texts(secrets) } as never)),
  'nested attributes': (lambda, secrets) =>
    inside(lambda, (active) =>
      active.setAttributes({ list: secrets.map(({ text }) => text), map: members(secrets) } as never),
    ),
  'start attributes': each((_active, { key, text, value }) =>
    span('work', { attributes: { [`s.${key}`]: value, text } as never }, () => {}),
  ),
  events: each((active, { key, text, value }) => active.addEvent(text, { [`e.${key}`]: value, text } as never)),
  links: each((active, { key, text, value }) =>
    active.addLink({ context: active.spanContext(), attributes: { [`l.${key}`]: value, text } as never }),
  ),
  'span names': each((_active, { text }) => span(text, () => {})),
  'status messages': each((_active, { text }) => span('work', (one) => one.setStatus({ code: 2, message: text }))),
  exceptions: (lambda, secrets) => inside(lambda, () => Promise.reject(failure(secrets))),
  'exceptions inside': each((_active, secret) =>
    span('work', async () => {
      throw failure([secret]);
    }).catch(() => {}),
  ),
  'the URL of a request': async (lambda, secrets) => {
    for (const { text } of secrets.slice(0, ONE_BY_ONE)) {
      const event = events.apiGatewayHttp({ path: `/a/${encodeURI(text)}`, query: { q: text } });
      await inside(lambda, () => {}, event);
    }
  },
  'the URL of a call': (lambda, secrets) =>
    inside(lambda, async () => {
      const { origin } = new URL(String(process.env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT));
      for (const { text } of secrets.slice(0, ONE_BY_ONE)) {
        const url = `${origin}/${encodeURIComponent(text)}?q=${encodeURIComponent(text)}`;
        const response = await new Promise<IncomingMessage>((resolve) => get(url, resolve));
        await new Promise((resolve) => response.resume().on('close', resolve));
      }
    }),
  'log messages': each((_active, { text }) => log.info(text)),
  'log fields': (lambda, secrets) =>
    inside(lambda, () =>
      log.warn('fields', { deep: { list: [members(secrets), texts(secrets)] }, ...members(secrets) }),
    ),
  'log errors': (lambda, secrets) =>
    inside(lambda, () => {
      log.error(failure(secrets) as never);
      log.error('with fields', { why: failure(secrets) });
    }),
  'bound fields': (lambda, secrets) =>
    inside(lambda, () => {
      for (const secret of secrets) log.with(members([secret])).info('bound', texts([secret]));
      log.set(members(secrets.slice(0, 3)));
      log.info('set');
    }),
  'correlation ids': async (lambda, secrets) => {
    for (const { text } of secrets.slice(0, ONE_BY_ONE)) {
      const event = events.apiGatewayHttp({ headers: { 'x-correlation-id': text } });
      await inside(lambda, () => log.info('with an id'), event);
    }
  },
  'records of a queue': async (lambda, secrets) => {
    const handler = lambda.sqs({ failures: 'report' }, (record, { set }) => {
      const secret = secrets[Number(record.body)] as Planted;
      set(members([secret]) as never);
      throw failure([secret]);
    });
    await (handler(events.sqs(secrets.map((_, index) => String(index))), fakeContext()) as Promise<unknown>).catch(
      () => {},
    );
  },
  'spans of an invocation that times out': async (lambda, secrets) => {
    const handler = lambda(async () => {
      span.set({ ...members(secrets), ...texts(secrets) } as never);
      await span(secrets[0]?.text ?? 'work', () => new Promise((resolve) => setTimeout(resolve, 150)));
    });
    await handler({}, fakeContext({ remainingMs: 120 }));
  },
  'our own lines': each((_active, secret) => {
    log.info('shadow', { request_id: secret.text });
    diagnose(`code ${secret.core.length} ${Math.random()}`, secret.text, 'Mend it.');
    log.info('doctor', { found: doctor() });
  }),
  pino: each((_active, secret) => {
    const destination = pinoDestination();
    destination.write(`${JSON.stringify({ level: 30, time: 1, msg: secret.text, ...members([secret]) })}\n`);
    destination.write(`no JSON: ${secret.text}\n`);
  }),
  'the console': each((_active, secret) => {
    const undo = bridgeConsole({ console, env: { AWS_LAMBDA_LOG_FORMAT: 'JSON' } });
    console.log(secret.text, 1);
    console.error(failure([secret]).message);
    console.warn(members([secret]));
    undo();
  }),
};
