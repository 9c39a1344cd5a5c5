/** What `platform.report` says of an invocation; Lambda leaves out what does not apply. */
export interface PlatformReport {
  readonly requestId: string;
  readonly status: string | undefined;
  readonly errorType: string | undefined;
  readonly durationMs: number | undefined;
  readonly billedMs: number | undefined;
  readonly memoryMb: number | undefined;
  readonly maxMemoryMb: number | undefined;
  readonly initMs: number | undefined;
  readonly restoreMs: number | undefined;
}

/** What one delivery of the Telemetry API holds that is of use. */
export interface PlatformRecords {
  /** How long init took, from `platform.initReport`, in milliseconds. */
  readonly initMs: number | undefined;
  /** The newest report. */
  readonly report: PlatformReport | undefined;
}

/**
 * Reads one delivery; total, whatever was posted.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
export function readRecords(body: string): PlatformRecords {
  const records = parse(body).map((record) => object(record));
  const newest = (type: string): Loose | undefined =>
    records.findLast((record) => record.type === type && record.record !== undefined);
  const init = object(object(newest('platform.initReport')?.record).metrics);
  const told = object(newest('platform.report')?.record);
  const metrics = object(told.metrics);
  const requestId = text(told.requestId);
  return {
    initMs: number(init.durationMs),
    report:
      requestId === undefined
        ? undefined
        : {
            requestId,
            status: text(told.status),
            errorType: text(told.errorType),
            durationMs: number(metrics.durationMs),
            billedMs: number(metrics.billedDurationMs),
            memoryMb: number(metrics.memorySizeMB),
            maxMemoryMb: number(metrics.maxMemoryUsedMB),
            initMs: number(metrics.initDurationMs),
            restoreMs: number(metrics.restoreDurationMs),
          },
  };
}

type Loose = Readonly<Record<string, unknown>>;

function parse(body: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function object(value: unknown): Loose {
  return typeof value === 'object' && value !== null ? (value as Loose) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
