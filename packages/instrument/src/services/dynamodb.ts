import type { Attributes } from '@opentelemetry/api';
import {
  AWS_DYNAMODB_CONSISTENT_READ,
  AWS_DYNAMODB_CONSUMED_CAPACITY,
  AWS_DYNAMODB_COUNT,
  AWS_DYNAMODB_INDEX_NAME,
  AWS_DYNAMODB_LIMIT,
  AWS_DYNAMODB_SCANNED_COUNT,
  AWS_DYNAMODB_TABLE_NAMES,
  AWS_FAILED_COUNT,
  DB_COLLECTION_NAME,
  DB_OPERATION_BATCH_SIZE,
} from '../attributes.ts';
import {
  type AwsService,
  type Carried,
  countOf,
  known,
  listOf,
  mapList,
  type Shape,
  shapeOf,
  textOf,
} from './aws-service.ts';

/**
 * DynamoDB: on request the context goes into the items that are put, as the attribute `traceparent`, which readers of the
 * table's stream find by `itemContext('traceparent')`. Updates carry none: their expressions are the caller's.
 */
export const dynamodb: AwsService = {
  optIn: true,
  describe(_, input) {
    const { IndexName, Limit, ConsistentRead } = input;
    return {
      ...tables(input),
      ...known({
        [AWS_DYNAMODB_INDEX_NAME]: textOf(IndexName),
        [AWS_DYNAMODB_LIMIT]: typeof Limit === 'number' ? Limit : undefined,
        [AWS_DYNAMODB_CONSISTENT_READ]: typeof ConsistentRead === 'boolean' ? ConsistentRead : undefined,
      }),
    };
  },
  result: (_, { Count, ScannedCount, ConsumedCapacity, UnprocessedItems, UnprocessedKeys }) => {
    const capacities = Array.isArray(ConsumedCapacity) ? ConsumedCapacity : ConsumedCapacity ? [ConsumedCapacity] : [];
    return known({
      [AWS_DYNAMODB_COUNT]: typeof Count === 'number' ? Count : undefined,
      [AWS_DYNAMODB_SCANNED_COUNT]: typeof ScannedCount === 'number' ? ScannedCount : undefined,
      [AWS_DYNAMODB_CONSUMED_CAPACITY]:
        capacities.length === 0 ? undefined : capacities.map((capacity) => JSON.stringify(capacity)),
      [AWS_FAILED_COUNT]: countOf(requests(UnprocessedItems ?? UnprocessedKeys)),
    });
  },
  inject(operation, input, carried) {
    if (operation === 'PutItem') return withItem(input, carried);
    if (operation === 'TransactWriteItems') {
      return mapList(input, 'TransactItems', (entry) => withMember(entry, 'Put', (put) => withItem(put, carried)));
    }
    if (operation !== 'BatchWriteItem') return input;
    return withMember(input, 'RequestItems', (byTable) =>
      Object.keys(byTable).reduce(
        (result, table) =>
          mapList(result, table, (entry) => withMember(entry, 'PutRequest', (put) => withItem(put, carried))),
        byTable,
      ),
    );
  },
};

/** Tables and the number of items, of operations on many. */
function tables({ RequestItems, TransactItems }: Shape): Attributes {
  const transacted = listOf(TransactItems).map((entry) => textOf(shapeOf(Object.values(shapeOf(entry))[0]).TableName));
  const names = [...new Set([...Object.keys(shapeOf(RequestItems)), ...transacted])].filter(
    (name) => name !== undefined,
  );
  if (names.length === 0) return {};
  return {
    [AWS_DYNAMODB_TABLE_NAMES]: names,
    [DB_OPERATION_BATCH_SIZE]: transacted.length + requests(RequestItems),
    ...(names.length === 1 && { [DB_COLLECTION_NAME]: names[0] as string }),
  };
}

/** How many items a map of tables holds, to be written or to be read. */
function requests(byTable: unknown): number {
  return Object.values(shapeOf(byTable)).reduce<number>(
    (sum, each) => sum + (Array.isArray(each) ? each.length : listOf(shapeOf(each).Keys).length),
    0,
  );
}

function withMember(input: Shape, key: string, change: (member: Shape) => Shape): Shape {
  const member = input[key];
  if (typeof member !== 'object' || member === null) return input;
  const changed = change(member as Shape);
  return changed === member ? input : { ...input, [key]: changed };
}

function withItem(put: Shape, carried: Carried): Shape {
  return withMember(put, 'Item', (item) => {
    if ('traceparent' in item) return item;
    // The document client takes plain values: an item's key is one of them, and no plain key looks like a typed value.
    const isTyped = Object.values(item).every(isTypedValue);
    const [, traceparent] = carried.find(([name]) => name === 'traceparent') ?? [];
    return traceparent === undefined ? item : { ...item, traceparent: isTyped ? { S: traceparent } : traceparent };
  });
}

function isTypedValue(value: unknown): boolean {
  const [key, ...more] = Object.keys(shapeOf(value));
  return more.length === 0 && /^([SNBML]|[SNB]S|BOOL|NULL)$/.test(String(key));
}
