import { SpanKind, trace } from '@opentelemetry/api';
import { work } from '../../src/functions/work.ts';

// The function is its author's; all else is preloaded.
const tracer = trace.getTracer('bench');

const traced = (name, run) =>
  tracer.startActiveSpan(name, { kind: SpanKind.CONSUMER }, async (span) => {
    await run();
    span.end();
  });

export const handler = async (event) => work(event, traced);
