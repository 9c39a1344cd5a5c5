import { JsonLogsSerializer, ProtobufLogsSerializer } from '@opentelemetry/otlp-transformer';
import type { LogRecord } from '@tracelet/core';
import { describe, expect, it } from 'vitest';
import { encodeLogs, splitLogsBySize } from './encode.ts';
import { decodeRequest, normalise } from './test-support/decode-wire.ts';
import { LOG_RECORDS, LOG_RESOURCE, LOG_SCOPE, recordLogs } from './test-support/record-logs.ts';

describe('logs beside the official serializers', () => {
  it('writes the same protobuf bytes for the corpus', () => {
    const official = ProtobufLogsSerializer.serializeRequest([...recordLogs(LOG_RECORDS)]) as Uint8Array;
    const ours = encodeLogs(LOG_RECORDS, LOG_RESOURCE, LOG_SCOPE, 'protobuf');
    expect(decodeRequest(ours, 'logs')).toEqual(decodeRequest(official, 'logs'));
    expect(Buffer.compare(ours, official)).toBe(0);
  });

  it('writes the same JSON for the corpus, defaults aside', () => {
    const bytes = JsonLogsSerializer.serializeRequest([...recordLogs(LOG_RECORDS)]) as Uint8Array;
    const official = JSON.parse(Buffer.from(bytes).toString());
    // The official JSON repeats the address within `Resource`, a message that has no such field.
    for (const { resource } of official.resourceLogs) delete resource.schemaUrl;
    const ours = parse(encodeLogs(LOG_RECORDS, LOG_RESOURCE, LOG_SCOPE, 'json'));
    expect(ours).toEqual(normalise(official));
    expect(ours).toEqual(decodeRequest(encodeLogs(LOG_RECORDS, LOG_RESOURCE, LOG_SCOPE, 'protobuf'), 'logs'));
  });

  it('writes the same protobuf bytes for 1,000 records', () => {
    const records = Array.from(
      { length: 1000 },
      (_, i): LogRecord => ({
        timestampMs: 1_700_000_000_000 + i,
        severityNumber: 9,
        severityText: 'INFO',
        body: `order ${i} placed`,
        attributes: { 'order.id': i, customer: `customer-${i % 10}` },
      }),
    );
    const official = ProtobufLogsSerializer.serializeRequest([...recordLogs(records)]) as Uint8Array;
    expect(Buffer.compare(encodeLogs(records, LOG_RESOURCE, LOG_SCOPE, 'protobuf'), official)).toBe(0);
  });

  it('writes an empty request for no records', () => {
    expect(encodeLogs([], LOG_RESOURCE, LOG_SCOPE, 'protobuf')).toHaveLength(0);
    expect(Buffer.from(encodeLogs([], LOG_RESOURCE, LOG_SCOPE, 'json')).toString()).toBe('{}');
  });

  it('splits records into bodies within the limit, in order', () => {
    for (const encoding of ['protobuf', 'json'] as const) {
      const bodies = [...splitLogsBySize(LOG_RECORDS, LOG_RESOURCE, LOG_SCOPE, encoding, 1000)];
      expect(bodies.map(({ dropped, end, start }) => ({ start, end, dropped }))).toEqual([
        { start: 0, end: 2, dropped: 0 },
        { start: 2, end: 4, dropped: 1 },
      ]);
      for (const { bytes } of bodies) expect(bytes.length).toBeLessThanOrEqual(1000);
      const [, second] = bodies;
      const lastOnly = encodeLogs(LOG_RECORDS.slice(3), LOG_RESOURCE, LOG_SCOPE, encoding);
      expect(Buffer.compare(second?.bytes ?? new Uint8Array(0), lastOnly)).toBe(0);
    }
  });

  it('writes what it can of records whose fields have the wrong type', () => {
    const odd = { timestampMs: Number.NaN, severityNumber: 'high', severityText: 5, body: { a: 1 }, attributes: null };
    const records = [odd as unknown as LogRecord, LOG_RECORDS[0] as LogRecord];
    const json = parse(encodeLogs(records, LOG_RESOURCE, LOG_SCOPE, 'json'));
    expect(json).toEqual(decodeRequest(encodeLogs(records, LOG_RESOURCE, LOG_SCOPE, 'protobuf'), 'logs'));
    expect(json).toMatchObject({
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [
                { timeUnixNano: '0', severityText: '5', body: { stringValue: '[object Object]' } },
                { body: { stringValue: 'order placed' } },
              ],
            },
          ],
        },
      ],
    });
  });
});

function parse(bytes: Uint8Array): unknown {
  return normalise(JSON.parse(Buffer.from(bytes).toString()));
}
