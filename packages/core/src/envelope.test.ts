import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { attributesCarrier } from './carrier.ts';
import { base64Text, MAX_PAYLOAD_LENGTH, unzippedHead } from './decode.ts';
import { nestedIn, unwrap } from './envelope.ts';
import { eventbridge } from './triggers/eventbridge.ts';
import { sns, sqs } from './triggers/index.ts';
import { s3Event } from './triggers/objects.fixture.ts';
import { busEvent, snsBody, snsEvent, snsMessage, sqsOf } from './triggers/queues.fixture.ts';
import { changeText, logsData } from './triggers/streams.fixture.ts';
import { TRACEPARENT } from './triggers/trigger.fixture.ts';

const carrier = { traceparent: TRACEPARENT };
const plain = JSON.stringify({ Message: 'x', id: 7 });
const mail = { mail: { messageId: 'm-1' }, receipt: {} };

describe('unwrap', () => {
  it.each<[string, unknown, readonly string[], readonly unknown[]]>([
    ['an SNS message', snsBody(), ['sns'], [carrier]],
    ['an SNS message as an object', snsMessage(), ['sns'], [carrier]],
    ['an SNS event', snsEvent(), ['sns'], [carrier]],
    ['S3 in SNS', snsBody({ Message: JSON.stringify(s3Event) }), ['sns', 's3'], [carrier]],
    ['an S3 event', JSON.stringify(s3Event), ['s3'], []],
    ['an EventBridge event', JSON.stringify(busEvent()), ['eventbridge'], [carrier]],
    [
      'EventBridge in SNS',
      snsBody({ Message: JSON.stringify(busEvent()), MessageAttributes: {} }),
      ['sns', 'eventbridge'],
      [{}, carrier],
    ],
    [
      'S3 through EventBridge',
      JSON.stringify(busEvent({ source: 'aws.s3', detail: { bucket: {} } })),
      ['eventbridge', 's3'],
      [],
    ],
    ['SES receiving', JSON.stringify({ notificationType: 'Received', ...mail }), ['ses'], []],
    ['SES events', JSON.stringify({ eventType: 'Bounce', ...mail }), ['ses'], []],
    ['SES in SNS', snsBody({ Message: JSON.stringify({ eventType: 'Open', ...mail }) }), ['sns', 'ses'], [carrier]],
    ['a change of DynamoDB', changeText, ['dynamodb'], []],
    ['the beginning of logs', unzippedHead(logsData), ['cloudwatch-logs'], []],
    [
      'a JSON object with a context',
      JSON.stringify({ id: 1, ...carrier, tracestate: 'a=1', more: 'x' }),
      [],
      [{ ...carrier, tracestate: 'a=1', baggage: undefined }],
    ],
    [
      'a context inside an SNS message',
      snsBody({ Message: JSON.stringify(carrier), MessageAttributes: {} }),
      ['sns'],
      [{}, carrier],
    ],
  ])('opens %s', (_of, payload, sources, carriers) => {
    expect(unwrap(payload)).toEqual({ sources, carriers });
  });

  it.each([
    ['nothing', undefined],
    ['plain text', 'hello'],
    ['a plain body', plain],
    ['a body that begins like an envelope', '{"version":"0","id":"x"}'],
    ['a body that only names the word', '{"a":"the \\"traceparent\\" header"}'],
    ['half of an envelope', snsBody().slice(0, 200)],
    ['an envelope of nothing', '{"Records":[{"Sns":null}]}'],
    ['a notification without text', '{"Type":"Notification","Message":7}'],
    ['an event without a source', '{"version":"0","detail-type":"x","source":{"toString":1}}'],
    ['a number', 7],
    ['a body that is too long', JSON.stringify({ ...snsMessage(), filler: 'x'.repeat(MAX_PAYLOAD_LENGTH) })],
  ])('finds nothing in %s', (_of, payload) => {
    expect(unwrap(payload)).toEqual({ sources: [], carriers: [] });
  });

  it('opens five envelopes and no more', () => {
    let body = '{"id":1}';
    for (let depth = 0; depth < 8; depth += 1) body = snsBody({ Message: body });
    expect(unwrap(body).sources).toEqual(['sns', 'sns', 'sns', 'sns', 'sns']);
  });
});

describe('nestedIn', () => {
  it('leaves the own source of an event out, and the contexts of a batch to its records', () => {
    expect(nestedIn(eventbridge, busEvent({ source: 'aws.s3', detail: {} }))).toEqual({
      sources: ['s3'],
      carriers: [],
    });
    expect(nestedIn(sns, snsEvent({ Message: snsBody() }))).toEqual({ sources: ['sns'], carriers: [carrier] });
    expect(nestedIn(sqs, sqsOf(snsBody()))).toEqual({ sources: ['sns'], carriers: [] });
    expect(nestedIn(sqs, { Records: [] })).toEqual({ sources: [], carriers: [] });
    expect(nestedIn({ ...eventbridge, id: 'other' }, { a: 1 })).toEqual({ sources: [], carriers: [] });
    expect(nestedIn({ ...eventbridge, kind: 'http' }, busEvent())).toEqual({ sources: [], carriers: [] });
  });
});

describe('attributesCarrier', () => {
  it('reads the first 256 of a list, so that a batch of long ones takes no time', () => {
    const headers = Array.from({ length: 1000 }, (_, index) => ({ [`h${index}`]: 'x' }));
    expect(Object.keys(attributesCarrier(headers))).toEqual(headers.slice(0, 256).flatMap((each) => Object.keys(each)));
  });

  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  it.each([
    ['text', 'a=ü', 'a=ü'],
    ['bytes of Kafka', [...Buffer.from('a=ü')], 'a=ü'],
    ['signed bytes of Kafka', [97, 61, 195 - 256, 188 - 256], 'a=ü'],
    ['bytes of RabbitMQ', { bytes: [...Buffer.from('a=ü')] }, 'a=ü'],
    ['text of SQS', { dataType: 'String', stringValue: 'a=ü' }, 'a=ü'],
    ['binary of SQS', { dataType: 'Binary', binaryValue: base64('a=ü') }, 'a=ü'],
    ['text of SNS', { Type: 'String', Value: 'a=ü' }, 'a=ü'],
    ['binary of SNS', { Type: 'Binary', Value: base64('a=ü') }, 'a=ü'],
    ['more bytes than baggage may have', Array(8193).fill(97), undefined],
    ['a number', 10, undefined],
    ['nothing', null, undefined],
    ['a number of SNS', { Type: 'Number', Value: 7 }, undefined],
  ])('reads %s', (_of, value, text) => {
    expect(attributesCarrier({ x: value })).toEqual({ x: text });
  });

  it('takes anything', () => {
    expect([undefined, null, 7, []].map(attributesCarrier)).toEqual([{}, {}, {}, {}]);
  });
});

describe('base64Text', () => {
  it('decodes text, and the beginning of gzip', () => {
    expect(base64Text(Buffer.from('{"a":"ü"}').toString('base64'))).toBe('{"a":"ü"}');
    expect(base64Text(gzipSync('{"a":1}').toString('base64'))).toBe('{"a":1}');
    const long = JSON.stringify(Array.from({ length: 9000 }, (_, index) => `entry ${index * 7919}`));
    const head = base64Text(gzipSync(long).toString('base64')) ?? '';
    expect(head.length).toBeGreaterThan(100);
    expect(head.length).toBeLessThan(long.length / 4);
    expect(long.startsWith(head)).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['what only begins like gzip', `H4sI${'A'.repeat(40)}`],
    ['what grows too much', gzipSync('x'.repeat(5_000_000)).toString('base64').slice(0, 600)],
    ['more than is worth decoding', 'A'.repeat(MAX_PAYLOAD_LENGTH + 1)],
  ])('gives nothing for %s', (_of, data) => {
    expect(base64Text(data) ?? '').toHaveLength(0);
  });
});
