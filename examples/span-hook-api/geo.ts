import { type Span, SpanKind, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';

const tracer: Tracer = trace.getTracer('@acme/geo', '1.4.0');

/** Country of an address. */
export function countryOf(address: string): Promise<string> {
  return tracer.startActiveSpan('find country', { kind: SpanKind.CLIENT }, (span) => ended(span, ask(address)));
}

async function ended<T>(span: Span, pending: Promise<T>): Promise<T> {
  try {
    return await pending;
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
    throw error;
  } finally {
    span.end();
  }
}

/** Stands for the request that a real library would make. */
async function ask(address: string): Promise<string> {
  if (address === '') throw new RangeError('no address');
  return address.endsWith('Berlin') ? 'DE' : 'FR';
}
