import type { OtlpMessage } from './otlp-schema.ts';
import {
  bigint,
  inner,
  list,
  messages,
  number,
  optionalText,
  readAttributes,
  readInteger,
  type SinkAttributes,
  type SinkOrigin,
  text,
  visitItems,
} from './otlp-values.ts';

/** The five kinds of metric data. */
export type MetricType = 'gauge' | 'sum' | 'histogram' | 'exponentialHistogram' | 'summary';

/** One received metric with its points, decoded to plain values. */
export interface SinkMetric extends SinkOrigin {
  readonly name: string;
  readonly description: string | undefined;
  readonly unit: string | undefined;
  /** Undefined when the metric carries no data. */
  readonly type: MetricType | undefined;
  readonly temporality: 'UNSPECIFIED' | 'DELTA' | 'CUMULATIVE';
  readonly isMonotonic: boolean;
  readonly points: readonly SinkMetricPoint[];
}

/** One data point; the fields beyond the first five belong to histograms and summaries. */
export interface SinkMetricPoint {
  readonly attributes: SinkAttributes;
  readonly startUnixNano: bigint;
  readonly timeUnixNano: bigint;
  readonly flags: number;
  /** Value of a gauge or sum. */
  readonly value?: number | bigint;
  readonly count?: number | bigint;
  readonly sum?: number;
  readonly min?: number;
  readonly max?: number;
  readonly bucketCounts?: readonly (number | bigint)[];
  readonly explicitBounds?: readonly number[];
  readonly scale?: number;
  readonly zeroCount?: number | bigint;
  readonly zeroThreshold?: number;
  readonly positive?: SinkBuckets;
  readonly negative?: SinkBuckets;
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[];
}

/** Buckets of an exponential histogram. */
export interface SinkBuckets {
  readonly offset: number;
  readonly bucketCounts: readonly (number | bigint)[];
}

/**
 * Gives every metric of a decoded ExportMetricsServiceRequest its public shape, in the order of the request.
 *
 * @throws Error when an attribute value breaks its `oneof`.
 */
export function readMetrics(request: OtlpMessage): SinkMetric[] {
  const metrics: SinkMetric[] = [];
  visitItems(request, { resources: 'resourceMetrics', scopes: 'scopeMetrics', items: 'metrics' }, (metric, origin) => {
    metrics.push(readMetric(metric, origin));
  });
  return metrics;
}

const TYPES: readonly MetricType[] = ['gauge', 'sum', 'histogram', 'exponentialHistogram', 'summary'];
const TEMPORALITIES: readonly SinkMetric['temporality'][] = ['UNSPECIFIED', 'DELTA', 'CUMULATIVE'];

function readMetric(metric: OtlpMessage, origin: SinkOrigin): SinkMetric {
  const type = TYPES.find((name) => metric[name] !== undefined);
  const data = type === undefined ? undefined : inner(metric, type);
  return {
    name: text(metric, 'name'),
    description: optionalText(metric, 'description'),
    unit: optionalText(metric, 'unit'),
    type,
    temporality: TEMPORALITIES[number(data, 'aggregationTemporality')] ?? 'UNSPECIFIED',
    isMonotonic: data?.isMonotonic === true,
    points: messages(data, 'dataPoints').map(readPoint),
    ...origin,
  };
}

// Copies only what the point carries, so that a test can compare whole points of any type.
function readPoint(point: OtlpMessage): SinkMetricPoint {
  const common = {
    attributes: readAttributes(point),
    startUnixNano: bigint(point, 'startTimeUnixNano'),
    timeUnixNano: bigint(point, 'timeUnixNano'),
    flags: number(point, 'flags'),
  };
  const found: Record<string, unknown> = {};
  if (point.asDouble !== undefined) found.value = point.asDouble;
  if (point.asInt !== undefined) found.value = readInteger(point.asInt as bigint);
  for (const field of ['sum', 'min', 'max', 'scale', 'zeroThreshold', 'explicitBounds'] as const) {
    if (point[field] !== undefined) found[field] = point[field];
  }
  for (const field of ['count', 'zeroCount'] as const) {
    if (point[field] !== undefined) found[field] = readInteger(point[field] as bigint);
  }
  if (point.bucketCounts !== undefined) found.bucketCounts = list<bigint>(point, 'bucketCounts').map(readInteger);
  for (const field of ['positive', 'negative'] as const) {
    const buckets = inner(point, field);
    if (buckets !== undefined) found[field] = readBuckets(buckets);
  }
  if (point.quantileValues !== undefined) {
    found.quantiles = messages(point, 'quantileValues').map((at) => ({
      quantile: number(at, 'quantile'),
      value: number(at, 'value'),
    }));
  }
  return { ...common, ...found };
}

function readBuckets(buckets: OtlpMessage): SinkBuckets {
  return {
    offset: number(buckets, 'offset'),
    bucketCounts: list<bigint>(buckets, 'bucketCounts').map(readInteger),
  };
}
