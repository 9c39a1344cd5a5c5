import type { TextMapGetter } from '@opentelemetry/api';
import { object, text } from './shape.ts';
import type { Carrier } from './trigger.ts';

/**
 * Reads carriers and HTTP headers: finds a name in any case, because API Gateway's REST API passes on whatever case the
 * caller used. Of several values the first counts.
 */
export const carrierGetter: TextMapGetter<Carrier> = {
  keys: (carrier) => Object.keys(carrier),
  get(carrier, key) {
    const name = key.toLowerCase();
    const found = name in carrier ? name : keyLike(carrier, name);
    const value = found === undefined ? undefined : carrier[found];
    const first = typeof value === 'string' ? value : value?.[0];
    return typeof first === 'string' ? first : undefined;
  },
};

function keyLike(carrier: Carrier, name: string): string | undefined {
  for (const each in carrier) {
    if (each.length === name.length && each.toLowerCase() === name && Object.hasOwn(carrier, each)) return each;
  }
  return undefined;
}

// What baggage, the longest of the standard ones, may have.
const MAX_BYTES = 8192;

/** SQS and SNS allow 10 attributes; a message of Kafka with more headers than this carries no context in the rest. */
const MAX_PARTS = 256;

/**
 * Makes a carrier of message attributes, properties or headers, in every shape that events have for their values: text,
 * a list of bytes (Kafka), `{ bytes }` (RabbitMQ), `{ stringValue, binaryValue }` (SQS), `{ Type, Value }` (SNS). Binary
 * ones are UTF-8, and base64 in the event. Of a list of such objects (Kafka) the last one with a name counts.
 */
export function attributesCarrier(attributes: unknown): Carrier {
  const carrier: Record<string, string | undefined> = {};
  for (const part of Array.isArray(attributes) ? attributes.slice(0, MAX_PARTS) : [attributes]) {
    for (const [name, value] of Object.entries(object(part))) carrier[name] = attributeText(value);
  }
  return carrier;
}

function attributeText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  const { bytes = value, stringValue, binaryValue, Type, Value } = object(value);
  if (Array.isArray(bytes)) return bytes.length > MAX_BYTES ? undefined : Buffer.from(bytes).toString();
  const binary = Type === 'Binary' ? Value : binaryValue;
  return typeof binary === 'string' ? Buffer.from(binary, 'base64').toString() : text(stringValue ?? Value);
}
