import type { S3Event, S3EventRecord } from 'aws-lambda';
import {
  AWS_S3_BUCKET,
  AWS_S3_KEY,
  FAAS_DOCUMENT_COLLECTION,
  FAAS_DOCUMENT_NAME,
  FAAS_DOCUMENT_OPERATION,
  FAAS_DOCUMENT_TIME,
} from '../attributes.ts';
import { text } from '../shape.ts';
import type { BatchTrigger } from '../trigger.ts';
import { documentOperation, isoTime } from './records.ts';
import { defineSingle } from './single.ts';

/**
 * Amazon S3 event notifications, of a bucket that calls the function directly. An event is about one object. It has no
 * place for a trace context: the object's metadata are not in it.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html
 */
export const s3: BatchTrigger<S3Event, S3EventRecord, void> = /* @__PURE__ */ defineSingle<S3EventRecord>({
  id: 's3',
  kind: 'datasource',
  matches: (record) => text(record.eventSource) === 'aws:s3',
  facts: (record) => {
    // Keys are encoded as in a form, and this reads them without throwing.
    const key = text(new URLSearchParams(`key=${record.s3.object.key}`).get('key'));
    return {
      arn: record.s3.bucket.arn,
      operation: record.eventName,
      eventId: record.responseElements?.['x-amz-request-id'],
      attributes: {
        [FAAS_DOCUMENT_COLLECTION]: text(record.s3.bucket.name),
        [FAAS_DOCUMENT_OPERATION]: documentOperation(record.eventName),
        [FAAS_DOCUMENT_NAME]: key,
        [FAAS_DOCUMENT_TIME]: isoTime(Date.parse(record.eventTime)),
        [AWS_S3_BUCKET]: text(record.s3.bucket.name),
        [AWS_S3_KEY]: key,
      },
    };
  },
  source: (record) => text(record.s3.bucket.name),
  time: (record) => record.eventTime,
});
