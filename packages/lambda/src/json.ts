import { describeError, TraceletError } from '@tracelet/core';

/**
 * A record whose payload is JSON text: SQS and SNS bodies as they are; Kinesis, Firehose, Kafka and Amazon MQ data in
 * base64, gzipped or not. A `payload` is what another parser has taken out of its envelope already.
 */
export type JsonRecord =
  | { readonly body: string }
  | { readonly Sns: { readonly Message: string } }
  | { readonly kinesis: { readonly data: string } }
  | { readonly data: string }
  | { readonly value: string }
  | { readonly payload: unknown };

/**
 * The part of Standard Schema v1 that is used here; zod, valibot and arktype implement it.
 *
 * @see https://standardschema.dev
 */
export interface Schema<Out> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Out> | Promise<SchemaResult<Out>>;
    readonly types?: { readonly input: unknown; readonly output: Out } | undefined;
  };
}

/** What a schema says of a value. */
export type SchemaResult<Out> =
  | { readonly value: Out; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One reason why a value does not fit a schema. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * Parses a record's payload as JSON: `lambda.sqs({ parse: json<Order>() }, ...)`.
 *
 * Without a schema the type is an unchecked cast; with one the payload is validated. A payload that is not JSON, or
 * does not fit, fails its own record with a `parse_failed` error; the other records go on.
 */
export function json<T = unknown>(): (record: JsonRecord) => T;
export function json<Out>(schema: Schema<Out>): (record: JsonRecord) => Promise<Out>;
export function json<T>(schema?: Schema<T>): (record: JsonRecord) => T | Promise<T> {
  return schema === undefined ? (record) => parse(record) as T : async (record) => validate(schema, parse(record));
}

/** Checks a value against a schema; says every reason why it does not fit. */
export async function validate<Out>(schema: Schema<Out>, value: unknown): Promise<Out> {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return result.value;
  const reasons = result.issues.map(({ message, path }) => `${pathOf(path)}${message}`).join('; ');
  throw new TraceletError(
    'parse_failed',
    `The payload does not fit the schema: ${reasons}. Mend the producer or the schema.`,
  );
}

/** The payload of a record as JSON has it. */
export function parse(record: JsonRecord): unknown {
  try {
    return 'payload' in record ? record.payload : JSON.parse(textOf(record));
  } catch (error) {
    // What JSON.parse says of an error quotes the payload, which is nobody's business.
    const { type } = describeError(error);
    throw new TraceletError(
      'parse_failed',
      `The payload is not JSON (${type}). Leave out parse to get the raw record.`,
    );
  }
}

function textOf(record: Exclude<JsonRecord, { readonly payload: unknown }>): string {
  if ('body' in record) return record.body;
  if ('Sns' in record) return record.Sns.Message;
  if ('kinesis' in record) return decode(record.kinesis.data);
  return decode('data' in record ? record.data : record.value);
}

/** What a gzipped payload may grow to, in bytes: more than any source takes, and no danger to a small function. */
const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;

/** Base64 to text; gzip, which begins with 1f 8b, is unpacked. No JSON text begins so. */
function decode(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString('utf8');
  const { gunzipSync } = process.getBuiltinModule('node:zlib');
  return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }).toString('utf8');
}

function pathOf(path: SchemaIssue['path']): string {
  if (path === undefined || path.length === 0) return '';
  return `${path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.')}: `;
}
