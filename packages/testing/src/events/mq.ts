import type { ActiveMqMessage, MqEvent, RabbitMqMessage } from '@tracelet/core';

import { toBase64 } from './message-data.ts';
import { idOf } from './record-ids.ts';

/** One message of {@link mq}. */
export interface MqMessageOptions {
  /** Text and bytes as they are, any other value as JSON; `{}` by default. Base64 in the event. */
  data?: unknown;
  /** Unique by index by default. */
  messageId?: string | undefined;
  /** W3C trace context of the sender, put into the property or header `traceparent`. */
  traceparent?: string | undefined;
  /** Properties (ActiveMQ) or headers (RabbitMQ). */
  properties?: Readonly<Record<string, string>> | undefined;
  /** Whether the broker delivered it before. Off by default. */
  redelivered?: boolean | undefined;
  /** Milliseconds since the message was sent, 1,000 by default; RabbitMQ has whole seconds. */
  ageMs?: number | undefined;
}

/** Options of {@link mq}. */
export interface MqEventOptions {
  /** `activemq` by default. */
  broker?: 'activemq' | 'rabbitmq' | undefined;
  /** `orders` by default. */
  queue?: string | undefined;
  /** The time from which ages count back, milliseconds since the epoch; now by default. */
  nowMs?: number | undefined;
}

/**
 * An event of an Amazon MQ broker. A text in the list is short for a message with that data.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-mq.html
 */
export function mq(messages: readonly (string | MqMessageOptions)[], options: MqEventOptions = {}): MqEvent {
  const { broker = 'activemq', queue = 'orders', nowMs = Date.now() } = options;
  const given = messages.map((message) => (typeof message === 'string' ? { data: message } : message));
  const eventSourceArn = 'arn:aws:mq:eu-west-1:123456789012:broker:shop:b-9bcfa592-423a-4942-879d-eb284b418fc8';
  if (broker === 'activemq') {
    return {
      eventSource: 'aws:mq',
      eventSourceArn,
      messages: given.map((one, index) => active(one, { index, nowMs, queue })),
    };
  }
  return {
    eventSource: 'aws:rmq',
    eventSourceArn,
    rmqMessagesByQueue: { [`${queue}::/`]: given.map((one, index) => rabbit(one, { index, nowMs })) },
  };
}

function active(
  message: MqMessageOptions,
  { index, nowMs, queue }: { index: number; nowMs: number; queue: string },
): ActiveMqMessage {
  const { ageMs = 1_000, data = {}, redelivered = false } = message;
  return {
    messageID: message.messageId ?? `ID:b-9bcfa592.mq.eu-west-1.amazonaws.com-37557-1234520418293-4:1:1:1:${index + 1}`,
    messageType: data instanceof Uint8Array ? 'jms/bytes-message' : 'jms/text-message',
    deliveryMode: 1,
    replyTo: null,
    type: null,
    expiration: 0,
    priority: 4,
    correlationId: null,
    redelivered,
    destination: { physicalName: queue },
    data: toBase64(data),
    timestamp: nowMs - ageMs,
    brokerInTime: nowMs - ageMs,
    brokerOutTime: nowMs,
    properties: propertiesOf(message),
  };
}

function rabbit(message: MqMessageOptions, { index, nowMs }: { index: number; nowMs: number }): RabbitMqMessage {
  const { ageMs = 1_000, data = {}, redelivered = false } = message;
  const headers = Object.entries(propertiesOf(message)).map(([name, text]) => [
    name,
    { bytes: [...Buffer.from(text)] },
  ]);
  const sentAt = new Date(nowMs - ageMs);
  const day = sentAt.toLocaleDateString('en-US', { dateStyle: 'medium', timeZone: 'UTC' });
  // Node writes a narrow space before AM, AWS a plain one.
  const time = sentAt.toLocaleTimeString('en-US', { timeZone: 'UTC' }).replace(/\s/, ' ');
  return {
    basicProperties: {
      contentType: 'text/plain',
      contentEncoding: null,
      headers: Object.fromEntries(headers),
      deliveryMode: 1,
      priority: 0,
      correlationId: null,
      replyTo: null,
      expiration: null,
      messageId: message.messageId ?? `message-${idOf(index, 4)}`,
      timestamp: `${day}, ${time}`,
      type: null,
      userId: null,
      appId: null,
      clusterId: null,
      bodySize: Buffer.byteLength(toBase64(data), 'base64'),
    },
    redelivered,
    data: toBase64(data),
  };
}

function propertiesOf({ properties, traceparent }: MqMessageOptions): Record<string, string> {
  return { ...(traceparent === undefined ? {} : { traceparent }), ...properties };
}
