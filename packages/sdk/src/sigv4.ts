import type { Hash, Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { OutgoingRequest, SignRequest } from './request-headers.ts';

/** What an AWS request is signed with. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** What the signature is for; all of it is known inside Lambda. */
export interface SigV4Options {
  /** Default: the first part of the host, `xray` or `logs`. */
  readonly service?: string | undefined;
  /** Default: the second part of the host, then `AWS_REGION`. */
  readonly region?: string | undefined;
  /** Asked for each request. Default: what Lambda puts into the environment, the function's role. */
  readonly credentials?: (() => AwsCredentials | Promise<AwsCredentials>) | undefined;
}

/**
 * Signs each OTLP request for AWS, so that a function sends straight to CloudWatch with its own role. The role needs
 * `AWSXrayWriteOnlyPolicy` for traces, and `logs:PutLogEvents`, `DescribeLogGroups` and `DescribeLogStreams` for logs.
 *
 * @example
 * export const lambda = defineLambda({ exporter: { url: 'https://xray.eu-west-1.amazonaws.com', sign: sigv4() } });
 *
 * @throws {TypeError} Rejects without credentials or region; the telemetry is kept and the reason said once.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html
 */
export function sigv4(options: SigV4Options = {}): SignRequest {
  const { createHash, createHmac } = process.getBuiltinModule('node:crypto');
  // The signer makes its hashes by `new`, and reads nothing else of them.
  const sha256 = class {
    readonly #hash: Hash | Hmac;

    constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
      this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
    }

    update(chunk: Uint8Array): void {
      this.#hash.update(chunk);
    }

    digest(): Promise<Uint8Array> {
      return Promise.resolve(this.#hash.digest());
    }

    reset(): void {}
  };
  return async ({ body, headers, method, url }: OutgoingRequest) => {
    const { host, hostname, pathname, protocol, searchParams } = new URL(url);
    const [, hostService, hostRegion] = HOST.exec(hostname) ?? [];
    const region = options.region ?? hostRegion ?? process.env.AWS_REGION;
    if (region === undefined) throw new TypeError(`no region is known to sign for ${host}: give sigv4 one`);
    const { sessionToken, ...keys } = await (options.credentials ?? roleOfFunction)();
    const credentials = sessionToken === undefined ? keys : { ...keys, sessionToken };
    const service = options.service ?? hostService ?? 'xray';
    const signer = new SignatureV4({ credentials, region, service, sha256 });
    const signed = await signer.sign({
      method,
      protocol,
      hostname,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: { ...headers, host },
      body,
    });
    const { authorization = '', 'x-amz-content-sha256': hash = '', 'x-amz-date': date = '' } = signed.headers;
    const own = { authorization, 'x-amz-content-sha256': hash, 'x-amz-date': date };
    return sessionToken === undefined ? own : { ...own, 'x-amz-security-token': sessionToken };
  };
}

/** `xray.eu-west-1.amazonaws.com`, and the same of other partitions. */
const HOST = /^([a-z][\w-]*)\.([a-z]{2}(?:-[a-z]+)+-\d)\./;

function roleOfFunction(): AwsCredentials {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new TypeError('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: give sigv4 credentials');
  }
  return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN };
}
