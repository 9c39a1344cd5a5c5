import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { expect, it } from 'vitest';
import * as ofCore from '../packages/core/src/attributes.ts';
import * as ofInstrument from '../packages/instrument/src/attributes.ts';
import * as ofSdk from '../packages/sdk/src/attributes.ts';

const written = Object.entries({ ...ofCore, ...ofInstrument, ...ofSdk }).filter(([key]) => key !== 'SCHEMA_URL');
const known = new Set<unknown>(Object.values(conventions));

it('writes names of the semantic conventions, and its own under tracelet alone', () => {
  const unknown = written.map(([, name]) => name).filter((name) => !known.has(name));
  expect(unknown.filter((name) => !String(name).startsWith('tracelet.'))).toEqual([]);
  expect(written.length - unknown.length).toBeGreaterThan(60);
});
