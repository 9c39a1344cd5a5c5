import { AWS_S3_BUCKET, AWS_S3_COPY_SOURCE, AWS_S3_KEY, AWS_S3_UPLOAD_ID } from '../attributes.ts';
import { type AwsService, known, shapeOf, sizeOf, textOf } from './aws-service.ts';
import { staysWithin } from './json-payload.ts';

// Keys and values of user-defined metadata: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
const LIMITS = [2048];

/** S3: on request the context goes into the object's user-defined metadata. */
export const s3: AwsService = {
  optIn: true,
  describe: (_, { Bucket, Key, CopySource, UploadId }) =>
    known({
      [AWS_S3_BUCKET]: textOf(Bucket),
      [AWS_S3_KEY]: textOf(Key),
      [AWS_S3_COPY_SOURCE]: textOf(CopySource),
      [AWS_S3_UPLOAD_ID]: textOf(UploadId),
    }),
  inject(operation, input, carried) {
    if (operation !== 'PutObject' && operation !== 'CreateMultipartUpload') return input;
    const metadata = shapeOf(input.Metadata);
    if ('traceparent' in metadata) return input;
    const added: Record<string, string> = {};
    let size = Object.entries(metadata).reduce((sum, [name, value]) => sum + sizeOf(name) + sizeOf(value), 0);
    for (const [name, value] of carried) {
      const grown = size + sizeOf(name) + sizeOf(value);
      if (name in metadata) continue;
      if (!staysWithin(size, grown, LIMITS)) break;
      added[name] = value;
      size = grown;
    }
    return Object.keys(added).length === 0 ? input : { ...input, Metadata: { ...metadata, ...added } };
  },
};
