/**
 * The attribute names that the SDK writes on spans of its own, from OpenTelemetry semantic conventions 1.45. Names under
 * `tracelet.` are ours; no convention covers them.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/
 */
export const ERROR_TYPE = 'error.type';
export const SERVER_ADDRESS = 'server.address';

/** On the snapshot of a span that had not ended when the time was nearly over. */
export const UNFINISHED = 'tracelet.unfinished';
/** On the snapshot of an invocation's span: the names of the innermost spans that had not ended. */
export const PENDING = 'tracelet.pending';
/** On the span of an invocation that ended in time, after snapshots of its spans had been sent. */
export const NEAR_DEADLINE = 'tracelet.near_deadline';
/** On the span of an invocation that was not sampled: the rule by which it is sent all the same. */
export const KEPT_BY = 'tracelet.sampling.kept_by';
/** On the same: how many of its spans and log records had to make room for later ones. */
export const EVICTED = 'tracelet.sampling.evicted_count';
/** On a span that was written anew by the process after the one that died. */
export const RECOVERED = 'tracelet.recovered';
/** The most memory that the lost process was seen to use, in MiB. */
export const PEAK_MEMORY_MB = 'tracelet.peak_memory_mb';
