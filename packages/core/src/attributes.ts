/**
 * Every attribute name that tracelet writes, from OpenTelemetry semantic conventions 1.45.
 *
 * Strings are inlined rather than imported: loading the conventions package costs 10 to 23 ms unbundled.
 * Names under `tracelet.` are our own; no convention covers them.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/
 */
export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.45.0';

// FaaS and AWS Lambda: https://opentelemetry.io/docs/specs/semconv/faas/
export const FAAS_TRIGGER = 'faas.trigger';
export const FAAS_COLDSTART = 'faas.coldstart';
export const FAAS_INVOCATION_ID = 'faas.invocation.id';
export const FAAS_CRON = 'faas.cron';
export const FAAS_INVOCATION_START_TIME = 'faas.invocation.start_time';
export const FAAS_DOCUMENT_COLLECTION = 'faas.document.collection';
export const FAAS_DOCUMENT_NAME = 'faas.document.name';
export const FAAS_DOCUMENT_OPERATION = 'faas.document.operation';
export const FAAS_DOCUMENT_TIME = 'faas.document.time';
export const CLOUD_RESOURCE_ID = 'cloud.resource_id';
export const CLOUD_ACCOUNT_ID = 'cloud.account.id';
export const AWS_LAMBDA_INVOKED_ARN = 'aws.lambda.invoked_arn';
export const AWS_STATE_MACHINE_ARN = 'aws.step_functions.state_machine.arn';
export const AWS_SECRET_ARN = 'aws.secretsmanager.secret.arn';

export const AWS_S3_BUCKET = 'aws.s3.bucket';
export const AWS_S3_KEY = 'aws.s3.key';

// Errors: https://opentelemetry.io/docs/specs/semconv/general/recording-errors/
export const ERROR_TYPE = 'error.type';
export const EXCEPTION_TYPE = 'exception.type';
export const EXCEPTION_MESSAGE = 'exception.message';
export const EXCEPTION_STACKTRACE = 'exception.stacktrace';

// HTTP: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
export const HTTP_REQUEST_METHOD = 'http.request.method';
export const HTTP_REQUEST_METHOD_ORIGINAL = 'http.request.method_original';
export const HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code';
export const HTTP_ROUTE = 'http.route';
export const HTTP_REQUEST_RESEND_COUNT = 'http.request.resend_count';
export const HTTP_REQUEST_BODY_SIZE = 'http.request.body.size';
export const HTTP_RESPONSE_BODY_SIZE = 'http.response.body.size';
export const URL_PATH = 'url.path';
export const URL_QUERY = 'url.query';
export const URL_SCHEME = 'url.scheme';
export const URL_FULL = 'url.full';
export const SERVER_ADDRESS = 'server.address';
export const SERVER_PORT = 'server.port';
export const CLIENT_ADDRESS = 'client.address';
export const USER_AGENT_ORIGINAL = 'user_agent.original';
export const NETWORK_PROTOCOL_VERSION = 'network.protocol.version';

// Messaging: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
export const MESSAGING_SYSTEM_NAME = 'messaging.system.name';
export const MESSAGING_OPERATION_NAME = 'messaging.operation.name';
export const MESSAGING_OPERATION_TYPE = 'messaging.operation.type';
export const MESSAGING_DESTINATION_NAME = 'messaging.destination.name';
export const MESSAGING_DESTINATION_PARTITION_ID = 'messaging.destination.partition.id';
export const MESSAGING_CONSUMER_GROUP_NAME = 'messaging.consumer.group.name';
export const MESSAGING_BATCH_MESSAGE_COUNT = 'messaging.batch.message_count';
export const MESSAGING_MESSAGE_ID = 'messaging.message.id';
export const MESSAGING_MESSAGE_BODY_SIZE = 'messaging.message.body.size';
export const KAFKA_OFFSET = 'kafka.offset';
export const KAFKA_MESSAGE_TOMBSTONE = 'kafka.message.tombstone';

// Ours.
export const INITIALIZATION_TYPE = 'tracelet.initialization_type';
/** Id of the trigger that recognised the event: `sqs`, `api-gateway-rest`. */
export const TRIGGER = 'tracelet.trigger';
export const TENANT_ID = 'tracelet.tenant_id';
/** ARN of what sent the event: queue, stream, topic, rule, load balancer's target group. */
export const EVENT_SOURCE_ARN = 'tracelet.event_source.arn';
/** Name of what sent the event, where it has one beside the ARN: bot, user pool, pipeline. */
export const EVENT_SOURCE_NAME = 'tracelet.event_source.name';
/** What happened, of low cardinality: `PreSignUp_SignUp`, `Query.getPost`, an EventBridge detail type. */
export const EVENT_SOURCE_OPERATION = 'tracelet.event_source.operation';
/** The source's own id of the event. */
export const EVENT_SOURCE_EVENT_ID = 'tracelet.event_source.event_id';
/** Id of the WebSocket connection that an event belongs to. */
export const EVENT_SOURCE_CONNECTION_ID = 'tracelet.event_source.connection_id';
/** Sources found inside the event, from the outside in: `sns`, `s3`. */
export const EVENT_SOURCE_NESTED = 'tracelet.event_source.nested';
/** Time from the source's own timestamp to the start of the handler, in milliseconds. */
export const EVENT_AGE_MS = 'tracelet.event.age_ms';
export const RECORD_ATTEMPT = 'tracelet.record.attempt';
/** Queue from which SQS moved the message to the dead-letter queue that it comes from now. */
export const RECORD_DEAD_LETTER_SOURCE = 'tracelet.record.dead_letter_source_arn';
/** True when nobody deleted the item: its time to live ended. */
export const RECORD_EXPIRED = 'tracelet.record.expired';
/** True of a span whose times were taken from the event. */
export const INFERRED = 'tracelet.inferred';
export const RECORD_AGE_MS = 'tracelet.record.age_ms';
/** Partition key, message group or document key, hashed unless `messageKeys` says otherwise. */
export const RECORD_KEY = 'tracelet.record.key';
/** What the function tells the same work by, as the option `idempotencyKey` gives it. */
export const IDEMPOTENCY_KEY = 'tracelet.record.idempotency_key';
export const BATCH_BYTES = 'tracelet.batch.bytes';
export const BATCH_RECORD_P50_MS = 'tracelet.batch.record_p50_ms';
export const BATCH_RECORD_P95_MS = 'tracelet.batch.record_p95_ms';
export const BATCH_RECORD_MAX_MS = 'tracelet.batch.record_max_ms';
/** Of earlier invocations: spans and log records that wait for a backend. */
export const EXPORT_RETAINED = 'tracelet.export.retained_count';
/** Spans and log records given up since the process started. */
export const EXPORT_DROPPED = 'tracelet.export.dropped_count';
/** Why, each reason with its count: `http_413=3`. */
export const EXPORT_DROP_REASONS = 'tracelet.export.drop_reasons';
/** How long the flush before took. */
export const EXPORT_FLUSH_MS = 'tracelet.export.flush_ms';
/** Why the function is flushed before its responses though it need not be. */
export const FLUSH_FALLBACK = 'tracelet.flush.fallback';
export const BATCH_FAILED = 'tracelet.batch.failed_count';
export const BATCH_SKIPPED = 'tracelet.batch.skipped_count';
export const BATCH_UNTRACED = 'tracelet.batch.untraced_count';
/** Distinct producers of a batch's records, where they are more than a span can link to. */
export const BATCH_PRODUCERS = 'tracelet.batch.producer_count';
/** End of a tumbling window, and whether this is the last invocation for it. */
export const BATCH_WINDOW_END = 'tracelet.batch.window_end';
export const BATCH_WINDOW_FINAL = 'tracelet.batch.window_final';
export const BATCH_AGE_MIN_MS = 'tracelet.batch.age_min_ms';
export const BATCH_AGE_MEDIAN_MS = 'tracelet.batch.age_median_ms';
export const BATCH_AGE_MAX_MS = 'tracelet.batch.age_max_ms';
