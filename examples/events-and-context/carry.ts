import { context, propagation } from '@opentelemetry/api';

/** The trace context of the running code, by the names that propagators write. */
export function carried(): Record<string, string> {
  const names: Record<string, string> = {};
  propagation.inject(context.active(), names);
  return names;
}

/** For `MessageAttributes` of SQS and SNS. SQS allows ten; these are up to three of them. */
export function messageAttributes(): Record<string, { DataType: 'String'; StringValue: string }> {
  const texts = Object.entries(carried());
  return Object.fromEntries(texts.map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
}

/** For the data of Kinesis and Firehose and the `Detail` of EventBridge: fields of the JSON object. */
export function withContext(data: object): string {
  return JSON.stringify({ ...carried(), ...data });
}
