import { lambda } from '@tracelet/lambda';

/** One object. Its key is encoded as in a form. */
export const handler = lambda.s3(async ({ s3 }, { log }) => {
  log.info('upload seen', { key: decodeURIComponent(s3.object.key.replaceAll('+', ' ')), bytes: s3.object.size });
});
