// json(schema): the payload has the schema's output type, whichever library it comes from.
import { type JsonRecord, json, lambda, type Schema } from '@tracelet/lambda';
import type { SNSEventRecord, SQSRecord } from 'aws-lambda';
import * as v from 'valibot';
import { z } from 'zod';
import { exactly } from './proof.js';

interface Order {
  id: string;
  cents: number;
}

const zodOrder = z.object({ id: z.string(), cents: z.string().transform(Number) });
const valibotOrder = v.object({ id: v.string(), cents: v.pipe(v.string(), v.transform(Number)) });

export const zodQueue = lambda.sqs({ parse: json(zodOrder) }, async (order, scope) => {
  exactly<Order>().of(order);
  exactly<SQSRecord>().of(scope.record);
});
export const zodStream = lambda.kinesis({ parse: json(zodOrder), failures: 'report' }, async (order) =>
  exactly<Order>().of(order),
);
export const valibotQueue = lambda.sqs({ parse: json(valibotOrder) }, async (order) => exactly<Order>().of(order));
export const inlineQueue = lambda.sqs({ parse: json(z.array(z.number())) }, async (numbers) =>
  exactly<number[]>().of(numbers),
);

const zodParse = json(zodOrder);
exactly<(record: JsonRecord) => Promise<Order>>().of(zodParse);
export const ofNotice = (record: SNSEventRecord): Promise<Order> => zodParse(record);
export const asSchema: Schema<Order> = zodOrder;
export const asSchemaOfValibot: Schema<Order> = valibotOrder;
export const optional = json(z.object({ note: z.string().optional() }));
exactly<(record: JsonRecord) => Promise<{ note?: string | undefined }>>().of(optional);
