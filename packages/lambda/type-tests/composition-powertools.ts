// Powertools batch keeps its loop; each record gets its span.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { lambda } from '@tracelet/lambda';
import type { KinesisStreamHandler, KinesisStreamRecord, SQSEvent, SQSHandler, SQSRecord } from 'aws-lambda';
import { exactly } from './proof.js';

const processor = new BatchProcessor(EventType.SQS);
const each = lambda.record(async (record: SQSRecord) => record.body.length);
export const queue = lambda(async (event: SQSEvent, context) =>
  processPartialResponse(event, each, processor, { context }),
);
exactly<SQSEvent>().of({} as Parameters<typeof queue>[0]);
export const queueAnnotated: SQSHandler = lambda(async (event, context) =>
  processPartialResponse(event, each, processor, { context }),
);
const scoped = lambda.record(async (record: KinesisStreamRecord, { log }) => log.info(record.kinesis.sequenceNumber));
export const stream: KinesisStreamHandler = lambda(async (event, context) =>
  processPartialResponse(event, scoped, new BatchProcessor(EventType.KinesisDataStreams), { context }),
);
