import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { readEnv } from './env.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import { makeProvider } from './provider.ts';
import type { RecordingSpan } from './recording-span.ts';
import { recordUnfinished } from './unfinished.ts';

const ended: OtlpSpan[] = [];
const { api } = makeProvider({ resource: {}, environment: readEnv({}), onEnd: (span) => ended.push(span) });
const tracer = api.getTracer('test');

function start(name: string, parent?: RecordingSpan, attributes: Record<string, string> = {}): RecordingSpan {
  const within = parent ? trace.setSpan(ROOT_CONTEXT, parent) : context.active();
  return tracer.startSpan(name, { attributes }, within) as RecordingSpan;
}

it('copies every open span of the invocation and names the innermost ones', () => {
  const other = start('another invocation');
  const root = start('invocation');
  const batch = start('batch', root);
  start('over', batch).end();
  const call = start('GET', batch, { 'server.address': 'prices.internal' });
  call.addEvent('sent');
  const query = start('query', root);
  ended.length = 0;
  recordUnfinished(root);
  expect(ended.map(({ name }) => name)).toEqual(['query', 'GET', 'batch', 'invocation']);
  expect(ended.map((span) => span.spanContext())).toEqual([query, call, batch, root].map((span) => span.spanContext()));
  for (const span of ended) {
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'This did not end in time.' });
    expect(span.attributes).toMatchObject({ 'error.type': 'timeout', 'tracelet.unfinished': true });
  }
  expect(ended[1]).toMatchObject({ parentSpanContext: batch.spanContext(), events: [{ name: 'sent' }] });
  expect(ended[3]?.attributes['tracelet.pending']).toEqual(['query', 'GET prices.internal']);
  // The originals are as they were, and go on.
  expect(other.openSpans.size).toBe(1);
  expect([...root.openSpans]).toEqual([root, batch, call, query]);
  call.setAttribute('later', 1).end();
  expect(ended.at(-1)).toMatchObject({ name: 'GET', status: { code: SpanStatusCode.UNSET } });
  expect(ended.at(-1)?.attributes).toEqual({ 'server.address': 'prices.internal', later: 1 });
});

it('names at most 20 of them', () => {
  const root = start('invocation');
  for (let i = 0; i < 30; i++) start(`step ${i}`, root);
  ended.length = 0;
  recordUnfinished(root);
  expect(ended).toHaveLength(31);
  expect(ended.at(-1)?.attributes['tracelet.pending']).toHaveLength(20);
});
