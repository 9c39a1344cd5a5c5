import { defineLambda, type SqsHandler } from '@tracelet/lambda';

const lambda = defineLambda({ batch: { maxRecordSpans: Number.POSITIVE_INFINITY } });

/** A span for each record of a batch, however large. */
export const handler: SqsHandler = lambda.sqs(async () => {});
