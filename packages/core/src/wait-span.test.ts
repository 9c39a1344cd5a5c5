import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { fakeContext, invoke, type RecorderOptions, recorder } from './tracing.fixture.ts';
import { SENT_AT_MS, sqsEvent, sqsRecord } from './triggers/batch.fixture.ts';
import { snsEvent } from './triggers/queues.fixture.ts';
import { fanOutEvent, mskEvent } from './triggers/streams.fixture.ts';

const DAY_MS = 24 * 3600 * 1000;

const msOf = ([seconds, nanos]: readonly [number, number]): number => seconds * 1000 + nanos / 1e6;

async function spansOf(event: unknown, options: RecorderOptions = {}): Promise<readonly ReadableSpan[]> {
  const { lambda, spans } = recorder({ settings: { queueSpan: true }, ...options });
  await invoke(
    lambda(async () => undefined),
    event,
    fakeContext(),
  );
  return spans();
}

function waitOf(spans: readonly ReadableSpan[]): ReadableSpan | undefined {
  return spans.find(({ name }) => name.startsWith('wait'));
}

function sentAt(...times: readonly unknown[]): unknown {
  const { attributes } = sqsRecord('m');
  return {
    Records: times.map((time, index) =>
      sqsRecord(`m${index}`, { attributes: { ...attributes, SentTimestamp: String(time) } }),
    ),
  };
}

describe('the span of a wait', () => {
  it('is not there unless it is asked for', async () => {
    const { lambda, tree } = recorder();
    await invoke(
      lambda(async () => undefined),
      sqsEvent,
      fakeContext(),
    );
    expect(tree().map((line) => line.trim().split(' ')[0])).toEqual(['shop', 'process']);
  });

  it('is a sibling of the invocation, from the oldest record to the start of the handler, and says that it is inferred', async () => {
    const now = Date.now();
    const spans = await spansOf(sentAt(now - 500, now - 9000, 'no number', now - 20), {
      parts: { inTrace: (_traceId, fn) => fn() },
    });
    const wait = waitOf(spans);
    const server = spans.find(({ kind }) => kind === SpanKind.SERVER) as ReadableSpan;
    expect(wait).toMatchObject({
      name: 'wait orders',
      kind: SpanKind.INTERNAL,
      attributes: {
        'tracelet.inferred': true,
        'tracelet.trigger': 'sqs',
        'messaging.system.name': 'aws.sqs',
        'tracelet.event_source.arn': 'arn:aws:sqs:eu-central-1:123456789012:orders',
      },
    });
    expect(wait?.parentSpanContext).toBeUndefined();
    expect(wait?.links).toEqual([]);
    expect(msOf(wait?.startTime as [number, number])).toBeCloseTo(now - 9000, 0);
    expect(msOf(wait?.endTime as [number, number])).toBeGreaterThanOrEqual(now);
    expect(msOf(wait?.endTime as [number, number])).toBeLessThanOrEqual(msOf(server.startTime) + 1);
  });

  it("has the invocation's parent for a parent, never the invocation", async () => {
    const spans = await spansOf(snsEvent());
    const parents = spans.map(({ name, parentSpanContext: parent }) => [name, parent?.spanId]);
    expect(parents).toEqual([
      ['wait orders-topic', 'b7ad6b7169203331'],
      ['shop', 'b7ad6b7169203331'],
    ]);
  });

  it('links to the invocation where the provider cannot be told the trace', async () => {
    const spans = await spansOf(mskEvent);
    const server = spans.find(({ kind }) => kind === SpanKind.SERVER);
    expect(waitOf(spans)?.parentSpanContext).toBeUndefined();
    expect(waitOf(spans)?.links.map(({ context }) => context.spanId)).toEqual([server?.spanContext().spanId]);
  });

  it.each([
    ['a clock that is ahead', 60_000, 0],
    ['seconds for milliseconds', -Date.now() + 1_700_000_000, 14 * DAY_MS],
    ['a stream that is read again', -60 * DAY_MS, 14 * DAY_MS],
  ])('is clamped against %s', async (_of, offsetMs, waitedMs) => {
    const wait = waitOf(await spansOf(sentAt(Date.now() + offsetMs)));
    expect(msOf(wait?.duration as [number, number])).toBeCloseTo(waitedMs, -1);
  });

  it.each([
    ['an event that states no time', { hello: 1 }],
    ['records that state none', sentAt('never')],
    ['records that cannot be read', { Records: [{ eventSource: 'aws:kinesis' }] }],
    ['no records', { ...fanOutEvent, Records: [] }],
  ])('is not there for %s', async (_of, event) => {
    expect(waitOf(await spansOf(event))).toBeUndefined();
  });

  it('is not there when nobody records the invocation', async () => {
    const { lambda, spans } = recorder({
      settings: { queueSpan: true },
      parts: {
        tracer: { startSpan: () => trace.wrapSpanContext(trace.getSpanContext(ROOT_CONTEXT) ?? INVALID) } as never,
      },
    });
    await invoke(
      lambda(async () => undefined),
      sqsEvent,
      fakeContext(),
    );
    expect(spans()).toEqual([]);
  });

  it('is named by the trigger where the source has no name', async () => {
    const spans = await spansOf({
      version: '0',
      id: '1',
      'detail-type': 'Order Placed',
      source: 'com.example.shop',
      time: new Date(SENT_AT_MS).toISOString(),
      detail: {},
    });
    expect(waitOf(spans)?.name).toBe('wait eventbridge');
  });
});

const INVALID = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
