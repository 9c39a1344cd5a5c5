import { TraceletError } from '@tracelet/core';
import { type Schema, validate } from './json.ts';

/** One change of a DynamoDB item, unmarshalled. Images are there as far as the stream's view type includes them. */
export type Change<T> =
  | {
      readonly type: 'INSERT';
      readonly keys: Partial<T>;
      readonly newImage: T;
      readonly oldImage: undefined;
      readonly expired: false;
    }
  | {
      readonly type: 'MODIFY';
      readonly keys: Partial<T>;
      readonly newImage: T;
      readonly oldImage: T;
      readonly expired: false;
    }
  | {
      readonly type: 'REMOVE';
      readonly keys: Partial<T>;
      readonly newImage: undefined;
      readonly oldImage: T;
      /** True when DynamoDB removed the item because its time to live ended. */
      readonly expired: boolean;
    };

/** The part of a DynamoDB Streams record that {@link change} reads. */
export interface ChangeRecord {
  readonly eventName?: 'INSERT' | 'MODIFY' | 'REMOVE' | undefined;
  readonly dynamodb?:
    | { readonly Keys?: Item | undefined; readonly NewImage?: Item | undefined; readonly OldImage?: Item | undefined }
    | undefined;
  readonly userIdentity?: { readonly principalId?: string | undefined } | null | undefined;
}

/** A DynamoDB item as a stream has it; one of a value's members says its type. */
type Item = Readonly<Record<string, AttributeValue>>;

interface AttributeValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly B?: string | undefined;
  readonly BOOL?: boolean | undefined;
  readonly NULL?: boolean | undefined;
  readonly M?: Item | undefined;
  readonly L?: readonly AttributeValue[] | undefined;
  readonly SS?: readonly string[] | undefined;
  readonly NS?: readonly string[] | undefined;
  readonly BS?: readonly string[] | undefined;
}

/**
 * Parses a DynamoDB Streams record into a plain change: `lambda.dynamodb({ parse: change<Order>() }, ...)`.
 *
 * Without a schema the type is an unchecked cast; with one every image is validated, and a record whose images do not
 * fit fails with `parse_failed`. Numbers beyond 2^53 become bigint where they are integers, so that no digit is lost;
 * sets become Set and binary values Uint8Array. The images need the stream view type `NEW_AND_OLD_IMAGES`.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
 */
export function change<T = Record<string, unknown>>(): (record: ChangeRecord) => Change<T>;
export function change<Out>(schema: Schema<Out>): (record: ChangeRecord) => Promise<Change<Out>>;
export function change(schema?: Schema<unknown>): (record: ChangeRecord) => unknown {
  if (schema === undefined) return (record) => changeOf(record);
  return async (record) => {
    const raw = changeOf(record);
    const checked = (image: unknown): unknown => (image === undefined ? undefined : validate(schema, image));
    const [newImage, oldImage] = await Promise.all([checked(raw.newImage), checked(raw.oldImage)]);
    return { ...raw, newImage, oldImage };
  };
}

function changeOf({ dynamodb, eventName: type, userIdentity }: ChangeRecord): Change<unknown> {
  const { Keys, NewImage, OldImage } = dynamodb ?? {};
  const image = (item: Item | undefined): unknown => (item === undefined ? undefined : unmarshallAll(item));
  const expired = type === 'REMOVE' && userIdentity?.principalId === 'dynamodb.amazonaws.com';
  return {
    type,
    keys: image(Keys) ?? {},
    newImage: image(NewImage),
    oldImage: image(OldImage),
    expired,
  } as Change<unknown>;
}

function unmarshallAll(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, unmarshall(value)]));
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html */
function unmarshall(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return toNumber(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.M !== undefined) return unmarshallAll(value.M);
  if (value.L !== undefined) return value.L.map(unmarshall);
  if (value.SS !== undefined) return new Set(value.SS);
  if (value.NS !== undefined) return new Set(value.NS.map(toNumber));
  if (value.B !== undefined) return Buffer.from(value.B, 'base64');
  if (value.BS !== undefined) return new Set(value.BS.map((bytes) => Buffer.from(bytes, 'base64')));
  const kind = Object.keys(value).join(', ') || 'none';
  throw new TraceletError(
    'parse_failed',
    `A DynamoDB attribute value has an unknown type (${kind}). Leave out parse to get the raw record.`,
  );
}

function toNumber(text: string): number | bigint {
  const number = Number(text);
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text) : number;
}
