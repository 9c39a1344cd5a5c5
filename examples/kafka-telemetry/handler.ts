import { json, lambda } from '@tracelet/lambda';

interface Reading {
  readonly device: string;
  readonly celsius: number;
}

/**
 * Each record is a reading of a device. Records of one partition are processed in order; the partition is resumed at the
 * first that fails, because the event source mapping (provisioned mode) has `ReportBatchItemFailures`; without it, leave
 * `failures` out.
 */
export const handler = lambda.kafka(
  { failures: 'report', concurrency: 4, parse: json<Reading>() },
  async (reading, { log, set }) => {
    set({ 'device.id': reading.device });
    if (!Number.isFinite(reading.celsius)) throw new RangeError(`device ${reading.device} has no temperature`);
    log.info('reading stored', { device: reading.device, celsius: reading.celsius });
  },
);
