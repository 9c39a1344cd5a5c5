/**
 * The attribute names that downstream calls write, from OpenTelemetry semantic conventions 1.45.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 */
export const HTTP_REQUEST_METHOD = 'http.request.method';
export const HTTP_REQUEST_METHOD_ORIGINAL = 'http.request.method_original';
export const HTTP_REQUEST_RESEND_COUNT = 'http.request.resend_count';
export const HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code';
export const SERVER_ADDRESS = 'server.address';
export const SERVER_PORT = 'server.port';
export const URL_FULL = 'url.full';
export const ERROR_TYPE = 'error.type';

// AWS SDK: https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/
export const RPC_SYSTEM_NAME = 'rpc.system.name';
export const RPC_METHOD = 'rpc.method';
export const CLOUD_REGION = 'cloud.region';
export const AWS_REQUEST_ID = 'aws.request_id';
export const AWS_EXTENDED_REQUEST_ID = 'aws.extended_request_id';
export const AWS_SQS_QUEUE_URL = 'aws.sqs.queue.url';
export const AWS_SNS_TOPIC_ARN = 'aws.sns.topic.arn';
export const AWS_KINESIS_STREAM_NAME = 'aws.kinesis.stream_name';
export const AWS_S3_BUCKET = 'aws.s3.bucket';
export const AWS_S3_KEY = 'aws.s3.key';
export const AWS_SECRET_ARN = 'aws.secretsmanager.secret.arn';
export const AWS_STATE_MACHINE_ARN = 'aws.step_functions.state_machine.arn';
export const AWS_DYNAMODB_TABLE_NAMES = 'aws.dynamodb.table_names';
export const FAAS_INVOKED_NAME = 'faas.invoked_name';
export const FAAS_INVOKED_PROVIDER = 'faas.invoked_provider';
export const FAAS_INVOKED_REGION = 'faas.invoked_region';

// Databases: https://opentelemetry.io/docs/specs/semconv/database/database-spans/
export const DB_SYSTEM_NAME = 'db.system.name';
export const DB_OPERATION_NAME = 'db.operation.name';
export const DB_COLLECTION_NAME = 'db.collection.name';

// Messaging: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
export const MESSAGING_SYSTEM_NAME = 'messaging.system.name';
export const MESSAGING_OPERATION_NAME = 'messaging.operation.name';
export const MESSAGING_OPERATION_TYPE = 'messaging.operation.type';
export const MESSAGING_DESTINATION_NAME = 'messaging.destination.name';

// Ours.
export const CONNECTION_REUSED = 'tracelet.connection.reused';
export const AWS_THROTTLE_COUNT = 'tracelet.aws.throttle_count';
