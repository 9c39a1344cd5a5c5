import { TraceletError } from '@tracelet/core';
import { type JsonRecord, parse } from './json.ts';

/** Makes a payload of what was inside an envelope; `json()`, `json(schema)` or another envelope. */
export type Inner<P> = (record: { readonly payload: unknown }) => P;

/**
 * Takes a message out of the envelope that SNS puts around it on its way through SQS or Firehose (raw message delivery
 * off): `lambda.sqs({ parse: sns(json(OrderSchema)) }, ...)`. The inner parser gets the message, JSON or not.
 *
 * A record that is no SNS notification fails with `parse_failed`; the others go on.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function sns(): (record: JsonRecord) => unknown;
export function sns<P>(inner: Inner<P>): (record: JsonRecord) => P;
export function sns(inner: Inner<unknown> = ({ payload }) => payload): (record: JsonRecord) => unknown {
  return (record) => {
    const { Message, Type } = Object(parse(record)) as { Message?: unknown; Type?: unknown };
    if (Type !== 'Notification' || typeof Message !== 'string') throw misfit('an SNS notification', 'sns');
    return inner({ payload: parsedOrText(Message) });
  };
}

/** An event of EventBridge, as far as every event has it. */
export interface BusEvent<Detail = unknown> {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Detail;
}

/**
 * Takes an EventBridge event out of a record: whole without an inner parser, else its `detail` goes to the inner one:
 * `lambda.sqs({ parse: eventBridge(json(OrderPlaced)) }, ...)`.
 *
 * A record that is no EventBridge event fails with `parse_failed`; the others go on.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export function eventBridge<Detail = unknown>(): (record: JsonRecord) => BusEvent<Detail>;
export function eventBridge<P>(inner: Inner<P>): (record: JsonRecord) => P;
export function eventBridge(inner?: Inner<unknown>): (record: JsonRecord) => unknown {
  return (record) => {
    const event = Object(parse(record)) as Partial<BusEvent>;
    if (typeof event['detail-type'] !== 'string' || !('detail' in event)) {
      throw misfit('an EventBridge event', 'eventBridge');
    }
    return inner === undefined ? event : inner({ payload: event.detail });
  };
}

/** Messages are JSON where an inner `json()` wants it; other text stays text. */
function parsedOrText(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return message;
  }
}

function misfit(what: string, parser: string): TraceletError {
  return new TraceletError(
    'parse_failed',
    `The payload is not ${what}. Leave out ${parser}() where the source sends none.`,
  );
}
