import { isTraceletError } from '@tracelet/core';
import { events } from '@tracelet/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventBridge, sns } from './envelopes.ts';
import { type JsonRecord, json } from './json.ts';

const record = (body: unknown): JsonRecord => events.sqs([{ body }]).Records[0] as JsonRecord;

const notification = (message: string): unknown => ({
  Type: 'Notification',
  MessageId: 'a1',
  TopicArn: 'arn:aws:sns:eu-west-1:123456789012:orders',
  Message: message,
});

const busEvent = {
  version: '0',
  id: 'b2',
  source: 'shop.orders',
  'detail-type': 'OrderPlaced',
  time: '2026-11-21T08:00:00Z',
  account: '123456789012',
  region: 'eu-west-1',
  resources: [],
  detail: { id: 7 },
};

it('takes a JSON message out of an SNS notification, and text as it is', () => {
  expect(sns()(record(notification('{"id":7}')))).toEqual({ id: 7 });
  expect(sns()(record(notification('hello')))).toBe('hello');
  expect(sns(json<{ id: number }>())(record(notification('{"id":7}'))).id).toBe(7);
});

it('gives an EventBridge event whole, or its detail to the inner parser', () => {
  expect(eventBridge<{ id: number }>()(record(busEvent)).detail.id).toBe(7);
  expect(eventBridge(json())(record(busEvent))).toEqual({ id: 7 });
});

it('opens an EventBridge event inside an SNS notification', () => {
  expect(sns(eventBridge(json()))(record(notification(JSON.stringify(busEvent))))).toEqual({ id: 7 });
});

it.each([
  ['sns', () => sns()(record({ Type: 'SubscriptionConfirmation' })), 'not an SNS notification'],
  ['eventBridge', () => eventBridge()(record({ detail: 1 })), 'not an EventBridge event'],
])('fails a record that %s does not know, without quoting it', (_of, run, message) => {
  expect(run).toThrow(message);
});

it('parses or fails with parse_failed, and throws nothing else, whatever the body', () => {
  const parsers = [sns(), eventBridge(), sns(eventBridge())];
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.jsonValue().map((value) => JSON.stringify(value)),
      ),
      (body) => {
        for (const parser of parsers) {
          try {
            parser({ body });
          } catch (error) {
            expect(isTraceletError(error) && error.code).toBe('parse_failed');
          }
        }
      },
    ),
  );
});
