import { isSpanContextValid, type SpanContext, type TextMapPropagator, TraceFlags } from '@opentelemetry/api';
import { addLink, diagnose } from '@tracelet/core';
import { headerTexts } from './header-texts.ts';

/** A vendor whose agents send headers of their own. */
export type ForeignVendor = 'datadog' | 'sentry' | 'elastic' | 'newrelic';

/**
 * A propagator that reads the headers of other vendors' agents as links: the span of the invocation points at the
 * caller's span over there, and neither joins its trace nor follows its sampling. For teams that migrate one service
 * after the other; give it to a preset's `propagators`. It writes no headers.
 *
 * @param vendors Whose headers to read. Default: those of all four.
 * @see https://docs.datadoghq.com/tracing/trace_collection/trace_context_propagation/
 * @see https://develop.sentry.dev/sdk/telemetry/traces/#header-sentry-trace
 * @see https://github.com/elastic/apm/blob/main/specs/agents/tracing-distributed-tracing.md
 * @see https://docs.newrelic.com/docs/distributed-tracing/concepts/how-new-relic-distributed-tracing-works/#headers
 */
export function foreignHeaders(
  vendors: readonly ForeignVendor[] = ['datadog', 'sentry', 'elastic', 'newrelic'],
): TextMapPropagator {
  const known = [...new Set(vendors)].filter((vendor) => Object.hasOwn(readers, vendor));
  if (known.length < new Set(vendors).size) diagnose('unknown_vendor', UNKNOWN, UNKNOWN_REMEDY);
  return {
    inject() {},
    extract(context, carrier, getter) {
      const read: Read = (name) => headerTexts(carrier, getter, name)[0]?.slice(0, MAX_LENGTH).trim() ?? '';
      const found = known.map((vendor) => readers[vendor](read)).filter((ids) => ids !== undefined);
      return found.map(asSpanContext).filter(isSpanContextValid).reduce(addLink, context);
    },
    fields: () => [],
  };
}

const UNKNOWN = 'foreignHeaders was given a vendor that it does not know';
const UNKNOWN_REMEDY = 'Name datadog, sentry, elastic or newrelic; the others are left out.';

// New Relic's header, the longest, has some 300 characters.
const MAX_LENGTH = 4096;

type Read = (name: string) => string;

interface Ids {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

const W3C = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:$|-)/i;
const SENTRY = /^([\da-f]{32})-([\da-f]{16})(?:-([01])?)?$/i;
const UPPER_BITS = /(?:^|,)\s*_dd\.p\.tid=([\da-f]{16})\s*(?:,|$)/i;
const MAX_UINT64 = 2n ** 64n - 1n;

const readers: Readonly<Record<ForeignVendor, (read: Read) => Ids | undefined>> = {
  datadog(read) {
    const [, upper = ''] = UPPER_BITS.exec(read('x-datadog-tags')) ?? [];
    return {
      // Ids have 64 bits, in decimal. The upper half of a trace id with 128 is sent apart, in hex.
      traceId: `${upper}${hexOf(read('x-datadog-trace-id'))}`,
      spanId: hexOf(read('x-datadog-parent-id')),
      sampled: Number(read('x-datadog-sampling-priority')) > 0,
    };
  },
  sentry(read) {
    const [, traceId = '', spanId = '', decision] = SENTRY.exec(read('sentry-trace')) ?? [];
    return { traceId, spanId, sampled: decision === '1' };
  },
  elastic(read) {
    const [, traceId = '', spanId = '', flags] = W3C.exec(read('elastic-apm-traceparent')) ?? [];
    return { traceId, spanId, sampled: (Number(`0x${flags}`) & TraceFlags.SAMPLED) > 0 };
  },
  newrelic(read) {
    const { tr: traceId, id: spanId, sa } = payloadOf(read('newrelic'));
    return typeof traceId === 'string' && typeof spanId === 'string'
      ? { traceId, spanId, sampled: sa === true }
      : undefined;
  },
};

function asSpanContext({ traceId, spanId, sampled }: Ids): SpanContext {
  return {
    // A trace id of 64 bits is the lower half of one with 128.
    traceId: traceId.toLowerCase().padStart(traceId.length === 16 ? 32 : 0, '0'),
    spanId: spanId.toLowerCase(),
    traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  };
}

/** An unsigned 64-bit number in decimal as 16 hex digits; empty when it is none. */
function hexOf(decimal: string): string {
  if (!/^\d{1,20}$/.test(decimal)) return '';
  const id = BigInt(decimal);
  return id > MAX_UINT64 ? '' : id.toString(16).padStart(16, '0');
}

/** The member `d` of `{ v: [0, 1], d: { tr, id, sa, ... } }`, which is sent as JSON in base64. */
function payloadOf(header: string): { readonly tr?: unknown; readonly id?: unknown; readonly sa?: unknown } {
  try {
    const { d } = JSON.parse(Buffer.from(header, 'base64').toString()) as { d?: object };
    return d ?? {};
  } catch {
    return {};
  }
}
