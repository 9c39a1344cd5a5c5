import type { Flusher, LogRecord } from '@tracelet/core';
import { encodeLogs, encodeTraces } from './otlp/encode.ts';
import type { OtlpResource, OtlpScope, OtlpSpan } from './otlp/otlp-data.ts';

/** Spans and log records on their way to stdout. */
export interface StdoutDelivery extends Flusher {
  addSpan(span: OtlpSpan): void;
  addLog(record: LogRecord): void;
}

/** Writes each flush as one line of OTLP/JSON per signal, for set-ups that forward the function's log. */
export function makeStdoutDelivery(resource: OtlpResource, logScope: OtlpScope): StdoutDelivery {
  let spans: OtlpSpan[] = [];
  let logs: LogRecord[] = [];
  const write = (body: Uint8Array): void => {
    process.stdout.write(`${Buffer.from(body).toString('utf8')}\n`);
  };
  return {
    addSpan: (span) => spans.push(span),
    addLog: (record) => logs.push(record),
    async flush() {
      const [ended, written] = [spans, logs];
      spans = [];
      logs = [];
      if (ended.length > 0) write(encodeTraces(ended, 'json'));
      if (written.length > 0) write(encodeLogs(written, resource, logScope, 'json'));
    },
  };
}
