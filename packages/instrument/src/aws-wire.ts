import type { Attributes } from '@opentelemetry/api';
import {
  AWS_DYNAMODB_TABLE_NAMES,
  AWS_KINESIS_STREAM_NAME,
  AWS_S3_BUCKET,
  AWS_S3_KEY,
  AWS_SNS_TOPIC_ARN,
  AWS_SQS_QUEUE_URL,
  AWS_STATE_MACHINE_ARN,
  CLOUD_REGION,
  DB_COLLECTION_NAME,
  DB_OPERATION_NAME,
  DB_SYSTEM_NAME,
  FAAS_INVOKED_NAME,
  FAAS_INVOKED_PROVIDER,
  FAAS_INVOKED_REGION,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_OPERATION_NAME,
  MESSAGING_OPERATION_TYPE,
  MESSAGING_SYSTEM_NAME,
  RPC_METHOD,
  RPC_SYSTEM_NAME,
} from './attributes.ts';
import type { Target } from './http-target.ts';

/** What a request says of the AWS operation that it is an attempt of. */
export interface AwsRequest {
  /** The SDK's id of the operation, the same on every attempt. */
  readonly id: string | undefined;
  /** 1 for the first. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** As the SDK's user agent has it: `sqs`, `secrets_manager`. */
  readonly service: string;
  /** `Service.Operation`; where nothing tells the operation, `Service.METHOD`. */
  readonly name: string;
  readonly attributes: Attributes;
  /** Whether more of it can be read in the body: the operation of the query protocol, the table, queue or topic. */
  readonly hasNames: boolean;
}

// Enough to find names in: they come before the payload in what the SDK writes of most operations.
const MAX_BODY_LENGTH = 8192;

const NAMES: Readonly<Record<string, string>> = {
  dynamodb: 'DynamoDB',
  eventbridge: 'EventBridge',
  events: 'EventBridge',
  cloudwatch: 'CloudWatch',
  states: 'SFN',
};

/** The operations that REST services name by method and path alone. */
const ROUTES: readonly (readonly [RegExp, string])[] = [
  [/^s3 GET .*list-type=2/, 'ListObjectsV2'],
  [/^s3 POST .*\?delete\b/, 'DeleteObjects'],
  [/^s3 POST .*\?uploads\b/, 'CreateMultipartUpload'],
  [/^s3 POST .*uploadId=/, 'CompleteMultipartUpload'],
  [/^lambda POST .*\/invocations/, 'Invoke'],
];

/**
 * Reads what a request says of its AWS operation; nothing for a request to somebody else. Only headers and the URL are
 * read, so it makes no odds how the SDK is packaged or which version it is.
 *
 * @param get Gives a header by its name in lower case.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function readAws(get: (name: string) => string | undefined, target: Target): AwsRequest | undefined {
  const id = get('amz-sdk-invocation-id');
  const operationTarget = get('x-amz-target');
  if (id === undefined && operationTarget === undefined) return undefined;
  const [, region, signingName] = /Credential=[^/]*\/\d*\/([^/]*)\/([^/]*)/.exec(get('authorization') ?? '') ?? [];
  const service = / api\/([\w-]+)/.exec(get('user-agent') ?? '')?.[1] ?? signingName ?? 'aws';
  const { method, path, host } = target;
  const object = service === 's3' ? describeObject(host, path) : {};
  const head = service === 's3' && method === 'HEAD' ? (AWS_S3_KEY in object ? 'HeadObject' : 'HeadBucket') : undefined;
  const operation =
    operationTarget?.slice(operationTarget.lastIndexOf('.') + 1) ??
    /[?&]x-id=(\w+)|^\/service\/\w+\/operation\/(\w+)/.exec(path)?.slice(1).find(Boolean) ??
    ROUTES.find(([route]) => route.test(`${service} ${method} ${path}`))?.[1] ??
    head;
  const retries = get('amz-sdk-request') ?? '';
  return {
    id,
    attempt: Number(/attempt=(\d+)/.exec(retries)?.[1] ?? 1),
    maxAttempts: Number(/max=(\d+)/.exec(retries)?.[1] ?? 1),
    service,
    name: `${serviceName(service)}.${operation ?? method}`,
    attributes: {
      ...describeOperation(service, operation),
      ...(region && { [CLOUD_REGION]: region }),
      ...object,
      ...(service === 'lambda' && describeFunction(path, region)),
    },
    hasNames: operationTarget !== undefined || get('content-type') === 'application/x-www-form-urlencoded',
  };
}

/** What an operation of a service is in the terms of the conventions. */
export function describeOperation(service: string, operation: string | undefined): Attributes {
  const attributes: Attributes = { [RPC_SYSTEM_NAME]: 'aws-api' };
  if (operation === undefined) return attributes;
  attributes[RPC_METHOD] = `${serviceName(service)}/${operation}`;
  if (service === 'dynamodb') {
    attributes[DB_SYSTEM_NAME] = 'aws.dynamodb';
    attributes[DB_OPERATION_NAME] = operation;
  }
  const [, send, receive] = /^(Send|Publish|Put(?:Record|Event))|^(Receive|GetRec)|^DeleteMess|^ChangeMess/.exec(
    operation,
  ) ?? [''];
  if (/^(sqs|sns|kinesis|firehose|eventbridge)$/.test(service) && send !== '') {
    attributes[MESSAGING_SYSTEM_NAME] = `aws.${service}`;
    attributes[MESSAGING_OPERATION_NAME] = operation;
    attributes[MESSAGING_OPERATION_TYPE] = send ? 'send' : receive ? 'receive' : 'settle';
  }
  return attributes;
}

/** What the head of a body adds, in JSON or in the form of the query protocol: never more than names of resources. */
export function readBody(chunk: unknown): { readonly operation: string | undefined; readonly attributes: Attributes } {
  const text = typeof chunk === 'string' ? chunk : chunk instanceof Uint8Array ? decode(chunk) : '';
  const head = text.slice(0, MAX_BODY_LENGTH);
  const operation = /^Action=(\w+)/.exec(head)?.[1];
  const [, key, value] =
    /"(QueueUrl|TableName|\w*Stream(?:Name|ARN)|EventBusName|stateMachineArn)":"([^"\\]+)"/.exec(head) ??
    (operation && /&(TopicArn)=([^&]+)/.exec(head)) ??
    [];
  const resource = key && value ? describeResource(key, operation ? decodePart(value) : value) : undefined;
  return { operation, attributes: { ...resource } };
}

/** What an operation's input calls a resource: the attribute for its name, and for the value as it stands. */
const RESOURCES: Readonly<Record<string, readonly [name: string | undefined, whole?: string]>> = {
  TableName: [DB_COLLECTION_NAME],
  QueueUrl: [MESSAGING_DESTINATION_NAME, AWS_SQS_QUEUE_URL],
  TopicArn: [MESSAGING_DESTINATION_NAME, AWS_SNS_TOPIC_ARN],
  StreamName: [MESSAGING_DESTINATION_NAME, AWS_KINESIS_STREAM_NAME],
  DeliveryStreamName: [MESSAGING_DESTINATION_NAME],
  EventBusName: [MESSAGING_DESTINATION_NAME],
  stateMachineArn: [undefined, AWS_STATE_MACHINE_ARN],
};

/** The attributes of a resource that an operation's input names under `key`; nothing for other keys. */
export function describeResource(key: string, value: string): Attributes | undefined {
  const name = value.slice(Math.max(value.lastIndexOf('/'), value.lastIndexOf(':')) + 1);
  // The one key that has the name in an ARN.
  if (key === 'StreamARN') return describeResource('StreamName', name);
  const found = Object.hasOwn(RESOURCES, key) ? RESOURCES[key] : undefined;
  if (found === undefined) return undefined;
  const attributes: Attributes = {};
  if (found[0] !== undefined) attributes[found[0]] = name;
  if (found[1] !== undefined) attributes[found[1]] = value;
  if (key === 'TableName') attributes[AWS_DYNAMODB_TABLE_NAMES] = [name];
  return attributes;
}

/** `SQS`, `DynamoDB`, `Secrets Manager`: the service's id as the SDK writes it. */
export function serviceName(service: string): string {
  const words = service.split(/[_-]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return NAMES[service] ?? (service.length < 4 ? service.toUpperCase() : words.join(' '));
}

function describeObject(host: string, path: string): Attributes {
  const [, inHost] = /^(.+)\.s3[.-]/.exec(host) ?? [];
  const [, first = '', rest] = /^\/([^/?]*)(?:\/([^?]*))?/.exec(path) ?? [];
  const bucket = inHost ?? first;
  const key = inHost === undefined ? rest : [first, rest].filter((part) => part !== undefined).join('/');
  return { ...(bucket && { [AWS_S3_BUCKET]: bucket }), ...(key && { [AWS_S3_KEY]: decodePart(key) }) };
}

function describeFunction(path: string, region: string | undefined): Attributes {
  const [, named] = /\/functions\/([^/?]+)\/[\w-]*invocations/.exec(path) ?? [];
  if (named === undefined) return {};
  const name = decodePart(named);
  return {
    [FAAS_INVOKED_NAME]: /:function:([^:]+)/.exec(name)?.[1] ?? name,
    [FAAS_INVOKED_PROVIDER]: 'aws',
    ...(region && { [FAAS_INVOKED_REGION]: region }),
  };
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MAX_BODY_LENGTH)).toString();
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
