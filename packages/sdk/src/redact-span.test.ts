import { SpanStatusCode } from '@opentelemetry/api';
import { BROKEN, type LogRecord, makeRedactor } from '@tracelet/core';
import { decodeOtlp } from '@tracelet/testing';
import { expect, it, vi } from 'vitest';
import { readEnv } from './env.ts';
import { makeSpans } from './evidence.fixture.ts';
import { openOutputs } from './outputs.ts';
import { redactedResource, redactLog, redactSpan } from './redact-span.ts';

const SECRET = 'Bearer abcdefgh1';
const HIDDEN = 'Bearer [REDACTED]';

const record: LogRecord = {
  timestampMs: 1,
  severityNumber: 9,
  severityText: 'INFO',
  body: 'order placed',
  attributes: { id: 1 },
};

it('gives a span without secrets as it is', () => {
  const { ended, start } = makeSpans();
  const span = start('plain', { a: 'b', 'order.id': 'o-1' });
  span.addEvent('seen', { b: 'c' }).setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
  span.addLink({ context: span.spanContext(), attributes: { d: 1 } }).addLink({ context: span.spanContext() });
  span.end();
  const [only] = ended;
  expect(redactSpan(only as never, makeRedactor())).toBe(only);
});

it('gives a plain copy of one that has some, each part of which is redacted, and leaves the span alone', () => {
  const { ended, start } = makeSpans();
  const span = start(`call ${SECRET}`, { note: SECRET, password: 'p', kept: 'k' });
  span.setAttribute('list', [SECRET]);
  span.addEvent('plain', { a: 1 }).addEvent(`got ${SECRET}`, { 'exception.message': SECRET, b: 2 });
  span.addLink({ context: span.spanContext(), attributes: { token: 'x', c: 3 } });
  span.setStatus({ code: SpanStatusCode.ERROR, message: SECRET }).end();
  const given = ended[0] as (typeof ended)[0];
  const { duration, ended: isEnded } = given as unknown as { duration: unknown; ended: boolean };
  const copy = redactSpan(given, makeRedactor());
  expect(JSON.stringify(copy)).not.toContain('abcdefgh1');
  expect(copy).toEqual({
    name: `call ${HIDDEN}`,
    kind: given.kind,
    spanContext: given.spanContext,
    parentSpanContext: given.parentSpanContext,
    startTime: given.startTime,
    endTime: given.endTime,
    duration,
    ended: isEnded,
    status: { code: SpanStatusCode.ERROR, message: HIDDEN },
    attributes: { note: HIDDEN, password: '[REDACTED]', kept: 'k', list: [HIDDEN] },
    events: [
      given.events[0],
      { ...given.events[1], name: `got ${HIDDEN}`, attributes: { 'exception.message': HIDDEN, b: 2 } },
    ],
    links: [{ ...given.links[0], attributes: { token: '[REDACTED]', c: 3 } }],
    resource: given.resource,
    instrumentationScope: given.instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  });
  expect([given.name, given.attributes.note, given.status.message]).toEqual([`call ${SECRET}`, SECRET, SECRET]);
});

it('gives a log record without its secrets, and asks functions only what they have not seen', () => {
  const redact = makeRedactor((key, value) => (key === 'message' || key === 'id' ? `${value}!` : value));
  expect(redactLog(record, makeRedactor())).toBe(record);
  expect(redactLog(record, redact)).toEqual({ ...record, body: 'order placed!', attributes: { id: '1!' } });
  const seen = { ...record, body: SECRET, attributes: { id: '1!', token: 'x' }, redacted: true };
  expect(redactLog(seen, redact)).toEqual({ ...seen, body: HIDDEN, attributes: { id: '1!', token: '[REDACTED]' } });
});

it('reads a resource by the rules of the moment', () => {
  const redact = makeRedactor();
  const resource = redactedResource({ team: 'shop', secret: 'x' }, redact);
  expect(resource.attributes).toEqual({ team: 'shop', secret: '[REDACTED]' });
  expect(resource.attributes).toBe(resource.attributes);
  redact.add([{ keys: ['team'] }]);
  expect(resource.attributes).toEqual({ team: '[REDACTED]', secret: '[REDACTED]' });
});

it('sends nothing, and counts it, where the rules cannot be used', async () => {
  const environment = readEnv({ OTEL_TRACES_EXPORTER: 'console', OTEL_LOGS_EXPORTER: 'console' });
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const { ended, start } = makeSpans();
  start('span').end();
  const out = async (redact: ReturnType<typeof makeRedactor>) => {
    const { addLog, addSpan, counts, flushers } = openOutputs(environment, { attributes: {} }, undefined, redact);
    for (const span of ended) addSpan(span);
    addLog?.(record);
    await Promise.all(flushers.map((flusher) => flusher.flush(Infinity)));
    return counts();
  };
  const broken = await out(makeRedactor(BROKEN));
  expect([lines.splice(0), broken.dropped]).toEqual([[], { redaction_broken: 2 }]);
  const fine = await out(makeRedactor());
  write.mockRestore();
  expect(fine).toMatchObject({ delivered: 2, dropped: {} });
  const decoded = decodeOtlp('traces', 'json', Buffer.from(lines[0] as string));
  expect(decoded.ok && decoded.spans.map(({ name }) => name)).toEqual(['span']);
});
