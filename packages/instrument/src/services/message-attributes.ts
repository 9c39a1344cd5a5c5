import { type Carried, type Shape, shapeOf, sizeOf } from './aws-service.ts';
import { staysWithin } from './json-payload.ts';

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const MAX_ATTRIBUTES = 10;
/** A message, or all messages of a batch together, with their attributes. Queues take 256 KiB or 1 MiB, topics 256 KiB. */
const LIMITS = [262_144, 1_048_576];

/**
 * Adds the context as message attributes of type `String`, as many as there is room for: 10 attributes on a message in
 * all, and the size of the message (or of the batch) by the service's own count.
 *
 * @param body The member that holds the message's body.
 */
export function withAttributes(
  message: Shape,
  body: string,
  carried: Carried,
  room: Room = roomOf([message], body),
): Shape {
  const present = shapeOf(message.MessageAttributes);
  if ('traceparent' in present) return message;
  const added: Record<string, unknown> = {};
  let free = MAX_ATTRIBUTES - Object.keys(present).length;
  for (const [name, value] of carried) {
    if (name in present) continue;
    // What follows is of no use without the context itself.
    if (free <= 0 || !room.take(name, value)) break;
    added[name] = { DataType: 'String', StringValue: value };
    free -= 1;
  }
  return Object.keys(added).length === 0 ? message : { ...message, MessageAttributes: { ...present, ...added } };
}

/** What is left of a request's size. */
export interface Room {
  /** Takes the room for one attribute, if there is enough. */
  take(name: string, value: string): boolean;
}

/** Measures messages that go in one request. */
export function roomOf(messages: readonly unknown[], body: string): Room {
  let size = 0;
  for (const each of messages) {
    const message = shapeOf(each);
    size += sizeOf(message[body]);
    for (const [name, attribute] of Object.entries(shapeOf(message.MessageAttributes))) {
      const { DataType, StringValue, BinaryValue } = shapeOf(attribute);
      size += sizeOf(name) + sizeOf(DataType) + sizeOf(StringValue) + sizeOf(BinaryValue);
    }
  }
  const startedAt = size;
  return {
    take(name, value) {
      const grown = size + sizeOf(name) + sizeOf('String') + sizeOf(value);
      if (!staysWithin(startedAt, grown, LIMITS)) return false;
      size = grown;
      return true;
    },
  };
}
