import type { S3Event, S3EventRecord } from 'aws-lambda';

import { idOf } from './record-ids.ts';

/** One object of {@link s3}. */
export interface S3RecordOptions {
  /** The object's key as it is in the bucket; encoded in the event. */
  key: string;
  /** `ObjectCreated:Put` by default. */
  eventName?: string | undefined;
  /** 1,024 by default. */
  sizeBytes?: number | undefined;
  /** Milliseconds since the operation, 1,000 by default. */
  ageMs?: number | undefined;
}

/** Options of {@link s3}. */
export interface S3EventOptions {
  /** Name of the bucket, `orders` by default. */
  bucket?: string | undefined;
  /** The time from which ages count back, milliseconds since the epoch; now by default. */
  nowMs?: number | undefined;
}

/**
 * An event notification of an S3 bucket. S3 sends one object at a time; a text is short for the object with that key.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-s3.html
 */
export function s3(objects: readonly (string | S3RecordOptions)[], options: S3EventOptions = {}): S3Event {
  const { bucket = 'orders', nowMs = Date.now() } = options;
  return {
    Records: objects.map((object, index) =>
      makeRecord(typeof object === 'string' ? { key: object } : object, { bucket, index, nowMs }),
    ),
  };
}

function makeRecord(
  { key, eventName = 'ObjectCreated:Put', sizeBytes = 1_024, ageMs = 1_000 }: S3RecordOptions,
  { bucket, index, nowMs }: { bucket: string; index: number; nowMs: number },
): S3EventRecord {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'eu-west-1',
    eventTime: new Date(nowMs - ageMs).toISOString(),
    eventName,
    userIdentity: { principalId: 'AWS:AIDAIENQZJOLO23YVJ4VO' },
    requestParameters: { sourceIPAddress: '203.0.113.7' },
    responseElements: {
      'x-amz-request-id': `D82B88E5${idOf(index, 8)}`,
      'x-amz-id-2': 'vlR7PnpV2Ce81l0PRw6jlUpck7Jo5ZsQ',
    },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: '828aa6fc-f7b5-4305-8584-487c791949c1',
      bucket: { name: bucket, ownerIdentity: { principalId: 'A3NL1KOZZKEXAMPLE' }, arn: `arn:aws:s3:::${bucket}` },
      object: {
        // As a form encodes it, but slashes stay.
        key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'),
        size: sizeBytes,
        eTag: 'd41d8cd98f00b204e9800998ecf8427e',
        sequencer: `0055AED6DC${idOf(index, 8)}`,
      },
    },
  };
}
