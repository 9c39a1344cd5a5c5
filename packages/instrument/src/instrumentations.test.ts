import { trace } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { registerInstrumentations } from './instrumentations.ts';
import { printed } from './rig.fixture.ts';

/** What an instrumentation of OpenTelemetry's does. */
function instrumentation(name: string) {
  const done: unknown[] = [];
  return {
    instrumentationName: name,
    done,
    _modules: [
      { name: 'pg', patch: (exports: unknown) => done.push(['patch', exports]) },
      { name: 'pg-pool', patch: (exports: unknown) => done.push(['patch pool', exports]) },
    ],
    setTracerProvider: (provider: unknown) => done.push(['provider', provider]),
    enable: () => done.push(['enable']),
  };
}

it('registers an instrumentation against the provider in force', () => {
  const alone = instrumentation('alone');
  registerInstrumentations([alone]);
  expect(alone.done).toEqual([['provider', trace.getTracerProvider()], ['enable']]);
});

it('has it patch the modules that are given with it', () => {
  const pg = { Client: class {} };
  const given = instrumentation('given');
  registerInstrumentations([[given, { pg }]]);
  expect(given.done.slice(2)).toEqual([['patch', pg]]);
});

it('leaves out one that throws, and says so once', async () => {
  const broken = { ...instrumentation('broken'), enable: () => fail(new Error('no hooks here')) };
  const fine = instrumentation('fine');
  const lines = await printed(async () => registerInstrumentations([broken, null as never, fine]));
  expect(fine.done).toHaveLength(2);
  expect(lines).toMatchObject([
    { code: 'instrumentation_failed:broken' },
    { code: 'instrumentation_failed:without a name' },
  ]);
});

function fail(error: unknown): never {
  throw error;
}
