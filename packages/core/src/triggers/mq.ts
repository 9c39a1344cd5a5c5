import { MESSAGING_DESTINATION_NAME, MESSAGING_MESSAGE_BODY_SIZE, MESSAGING_SYSTEM_NAME } from '../attributes.ts';
import { attributesCarrier } from '../carrier.ts';
import { base64Text } from '../decode.ts';
import { type Deep, text, ungrouped } from '../shape.ts';
import type { BatchTrigger } from '../trigger.ts';
import { defineRecords } from './records.ts';

/** A message of an ActiveMQ broker. */
export interface ActiveMqMessage {
  readonly messageID: string;
  /** `jms/text-message` or `jms/bytes-message`. */
  readonly messageType: string;
  /** Base64. */
  readonly data: string;
  readonly destination: { readonly physicalName: string };
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
  readonly redelivered: boolean;
  /** Milliseconds since the epoch, of the sender's clock. */
  readonly timestamp: number;
  /** Milliseconds since the epoch, when the broker took the message. */
  readonly brokerInTime: number;
  readonly [more: string]: unknown;
}

/** A message of a RabbitMQ broker. */
export interface RabbitMqMessage {
  /** Base64. */
  readonly data: string;
  readonly redelivered: boolean;
  readonly basicProperties: {
    /** Texts are `{ bytes: number[] }`. */
    readonly headers?: Readonly<Record<string, unknown>> | null | undefined;
    readonly messageId?: string | null | undefined;
    /** `Jan 1, 2026, 12:33:41 AM`, in UTC, when the sender states one. */
    readonly timestamp?: string | null | undefined;
    readonly [more: string]: unknown;
  };
}

/** A message of either broker. */
export type MqMessage = ActiveMqMessage | RabbitMqMessage;

/** An event of Amazon MQ. */
export interface MqEvent {
  readonly eventSource: string;
  readonly eventSourceArn: string;
  /** Of ActiveMQ. */
  readonly messages?: readonly ActiveMqMessage[] | undefined;
  /** Of RabbitMQ, by `QUEUE::VIRTUAL_HOST`. */
  readonly rmqMessagesByQueue?: Readonly<Record<string, readonly RabbitMqMessage[]>> | undefined;
}

/**
 * Amazon MQ: brokers of ActiveMQ and RabbitMQ. There are no partial responses: a failure brings the whole batch again.
 *
 * @carrier Message properties (ActiveMQ; a JMS name has no hyphen, `traceparent` needs none) or headers (RabbitMQ); then
 *   the data: top-level keys of a JSON object.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
 */
export const mq: BatchTrigger<MqEvent, MqMessage, void> = /* @__PURE__ */ defineRecords<MqEvent, MqMessage, void>({
  id: 'mq',
  kind: 'pubsub',
  // AWS writes `aws:mq` for ActiveMQ in some places, `aws:amq` in others.
  matches: (event) => /^aws:[ar]?mq$/.test(text(event.eventSource) ?? ''),
  list: (event) => event.messages ?? ungrouped(event.rmqMessagesByQueue),
  arnOf: (event) => event.eventSourceArn,
  common: (record, event) => ({
    [MESSAGING_SYSTEM_NAME]: isRabbit(record) ? 'rabbitmq' : 'activemq',
    [MESSAGING_DESTINATION_NAME]: isRabbit(record)
      ? event && Object.keys(event.rmqMessagesByQueue ?? {})[0]?.split('::')[0]
      : record?.destination?.physicalName,
  }),
  idOf: (record) => (isRabbit(record) ? record.basicProperties.messageId : record.messageID),
  record: (record) => ({ [MESSAGING_MESSAGE_BODY_SIZE]: Buffer.byteLength(record.data, 'base64') }),
  carrier: (record) => attributesCarrier(isRabbit(record) ? record.basicProperties.headers : record.properties),
  payload: (record) => base64Text(record.data),
  sentAtMs: (record) =>
    isRabbit(record) ? Date.parse(`${record.basicProperties.timestamp} UTC`) : record.brokerInTime || record.timestamp,
});

function isRabbit(record: MqMessage | undefined): record is RabbitMqMessage {
  return (record as Deep | undefined)?.basicProperties !== undefined;
}
