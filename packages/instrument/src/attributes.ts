/**
 * The attribute names that downstream calls write, from OpenTelemetry semantic conventions 1.45.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 */
export const HTTP_REQUEST_METHOD = 'http.request.method';
export const HTTP_REQUEST_METHOD_ORIGINAL = 'http.request.method_original';
export const HTTP_REQUEST_RESEND_COUNT = 'http.request.resend_count';
export const HTTP_ROUTE = 'http.route';
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
export const AWS_S3_COPY_SOURCE = 'aws.s3.copy_source';
export const AWS_S3_UPLOAD_ID = 'aws.s3.upload_id';
export const AWS_SECRET_ARN = 'aws.secretsmanager.secret.arn';
export const AWS_STATE_MACHINE_ARN = 'aws.step_functions.state_machine.arn';
export const AWS_DYNAMODB_TABLE_NAMES = 'aws.dynamodb.table_names';
export const AWS_DYNAMODB_INDEX_NAME = 'aws.dynamodb.index_name';
export const AWS_DYNAMODB_LIMIT = 'aws.dynamodb.limit';
export const AWS_DYNAMODB_CONSISTENT_READ = 'aws.dynamodb.consistent_read';
export const AWS_DYNAMODB_COUNT = 'aws.dynamodb.count';
export const AWS_DYNAMODB_SCANNED_COUNT = 'aws.dynamodb.scanned_count';
export const AWS_DYNAMODB_CONSUMED_CAPACITY = 'aws.dynamodb.consumed_capacity';
export const FAAS_INVOKED_NAME = 'faas.invoked_name';
export const FAAS_INVOKED_PROVIDER = 'faas.invoked_provider';
export const FAAS_INVOKED_REGION = 'faas.invoked_region';

// Databases: https://opentelemetry.io/docs/specs/semconv/database/database-spans/
export const DB_SYSTEM_NAME = 'db.system.name';
export const DB_OPERATION_NAME = 'db.operation.name';
export const DB_COLLECTION_NAME = 'db.collection.name';
export const DB_OPERATION_BATCH_SIZE = 'db.operation.batch.size';
export const DB_NAMESPACE = 'db.namespace';
export const DB_QUERY_TEXT = 'db.query.text';

// Messaging: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
export const MESSAGING_SYSTEM_NAME = 'messaging.system.name';
export const MESSAGING_OPERATION_NAME = 'messaging.operation.name';
export const MESSAGING_OPERATION_TYPE = 'messaging.operation.type';
export const MESSAGING_DESTINATION_NAME = 'messaging.destination.name';
export const MESSAGING_DESTINATION_PARTITION_ID = 'messaging.destination.partition.id';
export const MESSAGING_BATCH_MESSAGE_COUNT = 'messaging.batch.message_count';
export const MESSAGING_MESSAGE_ID = 'messaging.message.id';

// Ours.
export const CONNECTION_REUSED = 'tracelet.connection.reused';
export const AWS_THROTTLE_COUNT = 'tracelet.aws.throttle_count';
export const AWS_FAILED_COUNT = 'tracelet.aws.failed_count';
