import { TraceFlags } from '@opentelemetry/api';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { outgoingXray, type XrayPolicy } from './xray.ts';

const ROOT = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8';
const OURS = 'Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331';
const span = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
};

const given = (xRayTraceId: string | undefined): Context => ({ xRayTraceId }) as unknown as Context;

beforeEach(() => vi.stubEnv('_X_AMZN_TRACE_ID', undefined));
afterEach(() => vi.unstubAllEnvs());

describe.each<XrayPolicy>(['ignore', 'link'])('under the policy %s', (policy) => {
  it('passes on what the runtime gave, unchanged', () => {
    const header = `${ROOT};Sampled=0;Lineage=a:1;Self=1-2`;
    expect(outgoingXray(policy, given(header), span, undefined)).toBe(header);
  });

  it('leaves the request as it is where it has a header, and where there is none to pass on', () => {
    const header = `${ROOT};Sampled=1`;
    expect(outgoingXray(policy, given(header), span, header)).toBeUndefined();
    expect(outgoingXray(policy, given(undefined), span, undefined)).toBeUndefined();
  });
});

describe.each<XrayPolicy>(['parent', 'parent-if-sampled'])('under the policy %s', (policy) => {
  it('writes the ids of the span, in place of the copy that the AWS SDK made', () => {
    const header = `${ROOT};Sampled=1`;
    expect(outgoingXray(policy, given(header), span, header)).toBe(`${OURS};Sampled=1`);
    expect(outgoingXray(policy, undefined, span, undefined)).toBe(`${OURS};Sampled=1`);
  });

  it('keeps Lineage, and never turns a decision of 0 into 1', () => {
    const header = `${ROOT};Sampled=0;Lineage=a87bd80c:1|68fd508a:5`;
    expect(outgoingXray(policy, given(header), span, header)).toBe(`${OURS};Sampled=0;Lineage=a87bd80c:1|68fd508a:5`);
  });

  it('says that a span of ours is not sampled', () => {
    const unsampled = { ...span, traceFlags: TraceFlags.NONE };
    expect(outgoingXray(policy, given(`${ROOT};Sampled=1`), unsampled, undefined)).toBe(`${OURS};Sampled=0`);
  });

  it('leaves a header of the caller alone', () => {
    expect(outgoingXray(policy, given(`${ROOT};Sampled=1`), span, 'Root=1-own')).toBeUndefined();
  });
});

it('reads the environment where the context has none', () => {
  vi.stubEnv('_X_AMZN_TRACE_ID', `${ROOT};Sampled=1`);
  expect(outgoingXray('link', given(''), span, undefined)).toBe(`${ROOT};Sampled=1`);
});
