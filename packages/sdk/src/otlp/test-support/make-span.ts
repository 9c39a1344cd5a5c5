import type { OtlpSpan } from '../otlp-data.ts';

/** A plain span for the tests; what is given replaces the defaults. */
export function makeSpan(given: Partial<OtlpSpan> = {}): OtlpSpan {
  return {
    name: 'GET /pets',
    kind: 1,
    spanContext: () => ({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }),
    startTime: [1_700_000_000, 1],
    endTime: [1_700_000_000, 5_000_001],
    status: { code: 0 },
    attributes: {},
    links: [],
    events: [],
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...given,
  };
}

const RESOURCE = { attributes: { 'service.name': 'pets' } };
const SCOPE = { name: 'tests', version: '1.2.3' };
