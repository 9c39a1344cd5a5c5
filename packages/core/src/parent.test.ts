import {
  type Attributes,
  createContextKey,
  defaultTextMapGetter,
  context as otelContext,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { AlwaysOnSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Pipeline } from './pipeline.ts';
import { printed } from './stdout.fixture.ts';
import { fakeContext, recorder } from './tracing.fixture.ts';
import { httpEvent, restEvent, TRACEPARENT } from './triggers/http.fixture.ts';
import { parseXray, XRAY_HEADER } from './xray.ts';

const W3C = '0af7651916cd43dd8448eb211c80319c:b7ad6b7169203331';
const XRAY_IDS = '5759e988bd862e3fe1be46a994272793:53995c3f42cd8ad8';
const xrayOf = (sampled: string, parent = '53995c3f42cd8ad8') =>
  `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=${parent}${sampled}`;
const sampledXray = xrayOf(';Sampled=1');

type Where = {
  headers?: object;
  multiValueHeaders?: object;
  context?: Record<string, unknown>;
  parts?: Partial<Pipeline>;
};

/** The invocation's line: where it stands and what it links to. */
async function parentage({ headers, multiValueHeaders, context, parts = {} }: Where): Promise<unknown> {
  const { lambda, tree } = recorder({ parts, sampler: new AlwaysOnSampler() });
  const event =
    multiValueHeaders === undefined ? { ...httpEvent, headers } : { ...restEvent, headers, multiValueHeaders };
  await lambda(async () => ({ statusCode: 200 }))(event, fakeContext(context));
  return tree()[0]?.replace(/^.*SERVER ?/, '');
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('W3C headers', () => {
  it.each([
    [{ traceparent: TRACEPARENT }],
    [{ Traceparent: TRACEPARENT }],
    [{ TRACEPARENT }],
    [{ traceparent: [TRACEPARENT, 'ignored'] }],
  ])('make the caller the parent: %j', async (headers) => {
    expect(await parentage({ headers })).toBe(`under ${W3C}`);
  });

  it('are found among multi-value headers, where the single value wins', async () => {
    expect(await parentage({ multiValueHeaders: { traceParent: [TRACEPARENT] } })).toBe(`under ${W3C}`);
    const other = TRACEPARENT.replace('b7ad6b7169203331', 'aaaaaaaaaaaaaaaa');
    const both = { headers: { traceparent: TRACEPARENT }, multiValueHeaders: { traceparent: [other, TRACEPARENT] } };
    expect(await parentage(both)).toBe(`under ${W3C}`);
  });

  it.each([
    [{}],
    [{ traceparent: '' }],
    [{ traceparent: 'garbage' }],
    [{ traceparent: 7 }],
    [{ traceparent: [] }],
    [{ traceparent: null }],
    [{ traceparent: TRACEPARENT.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)) }],
    [{ '': TRACEPARENT }],
    [null],
    ['traceparent'],
  ])('that say nothing start a trace: %j', async (headers) => {
    expect(await parentage({ headers: headers as object })).toBe('');
  });
});

describe('X-Ray', () => {
  it.each([
    ['the headers', { headers: { 'X-Amzn-Trace-Id': sampledXray } }],
    ['the context', { context: { xRayTraceId: sampledXray } }],
    [
      'the headers first',
      { headers: { 'x-amzn-trace-id': sampledXray }, context: { xRayTraceId: xrayOf('', 'a'.repeat(16)) } },
    ],
  ])('is read from %s', async (_where, where) => {
    expect(await parentage(where)).toBe(`-> ${XRAY_IDS}`);
    expect(await parentage({ ...where, parts: { xray: 'parent' } })).toBe(`under ${XRAY_IDS}`);
  });

  it("is read from the runtime's InvokeStore, then from the environment", async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', xrayOf('', 'a'.repeat(16)));
    expect(await parentage({})).toBe('-> 5759e988bd862e3fe1be46a994272793:aaaaaaaaaaaaaaaa');
    vi.stubGlobal('awslambda', { InvokeStore: { getXRayTraceId: () => sampledXray } });
    expect(await parentage({})).toBe(`-> ${XRAY_IDS}`);
    vi.stubGlobal('awslambda', {});
    expect(await parentage({ context: { xRayTraceId: '' } })).toBe(
      '-> 5759e988bd862e3fe1be46a994272793:aaaaaaaaaaaaaaaa',
    );
  });

  it('is not read from the environment on Managed Instances, where one process serves many invocations', async () => {
    vi.stubEnv('_X_AMZN_TRACE_ID', sampledXray);
    vi.stubEnv('AWS_LAMBDA_MAX_CONCURRENCY', '64');
    expect(await parentage({ context: { xRayTraceId: '' } })).toBe('');
  });

  it('is nothing without a parent in it, as API Gateway sends it', async () => {
    expect(await parentage({ headers: { 'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793' } })).toBe('');
  });

  it.each([
    ['ignore', ';Sampled=1', ''],
    ['link', ';Sampled=1', `-> ${XRAY_IDS}`],
    ['link', ';Sampled=0', `-> ${XRAY_IDS}`],
    ['parent-if-sampled', ';Sampled=1', `under ${XRAY_IDS}`],
    ['parent-if-sampled', ';Sampled=0', `-> ${XRAY_IDS}`],
    ['parent-if-sampled', '', `-> ${XRAY_IDS}`],
    ['parent', ';Sampled=1', `under ${XRAY_IDS}`],
    ['parent', ';Sampled=0', `under ${XRAY_IDS}`],
    ['parent', '', `under ${XRAY_IDS}`],
  ] as const)('by the policy %s makes of "%s": %s', async (xray, sampled, expected) => {
    expect(await parentage({ context: { xRayTraceId: xrayOf(sampled) }, parts: { xray } })).toBe(expected);
  });

  it.each(['link', 'parent-if-sampled', 'parent'] as const)(
    'stands back behind W3C with the policy %s',
    async (xray) => {
      const where = { headers: { traceparent: TRACEPARENT }, context: { xRayTraceId: sampledXray } };
      expect(await parentage({ ...where, parts: { xray } })).toBe(`under ${W3C} -> ${XRAY_IDS}`);
      expect(await parentage({ ...where, parts: { xray, trustRemote: 'link' } })).toBe(`-> ${W3C} -> ${XRAY_IDS}`);
    },
  );

  it('adds no link to the span that is the parent already', async () => {
    const same = 'Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1';
    const where = { headers: { traceparent: TRACEPARENT }, context: { xRayTraceId: same } };
    expect(await parentage(where)).toBe(`under ${W3C}`);
  });

  it('that is not sampled suppresses no trace, but under the policy parent', async () => {
    const sampler = new ParentBasedSampler({ root: new AlwaysOnSampler() });
    for (const [xray, count] of [
      ['link', 1],
      ['parent-if-sampled', 1],
      ['parent', 0],
    ] as const) {
      const { lambda, spans } = recorder({ sampler, parts: { xray } });
      await lambda(async () => {})('e', fakeContext({ xRayTraceId: xrayOf(';Sampled=0') }));
      expect(spans()).toHaveLength(count);
    }
  });
});

describe('an X-Ray propagator', () => {
  const LINEAGE = createContextKey('lineage');
  /** Reads the header as `xray` in `OTEL_PROPAGATORS` does, and keeps what it read. */
  const extract: typeof propagation.extract = (context, carrier, getter = defaultTextMapGetter as never) => {
    const header = parseXray(getter.get(carrier, XRAY_HEADER));
    return header === undefined
      ? context
      : trace.setSpanContext(context, header.spanContext).setValue(LINEAGE, header.lineage);
  };
  const where = { headers: { 'X-Amzn-Trace-Id': `${sampledXray};Lineage=a:1` } };

  it('does not outvote the policy', async () => {
    const spy = vi.spyOn(propagation, 'extract').mockImplementation(extract);
    expect(await parentage({ ...where, parts: { xray: 'ignore' } })).toBe('');
    expect(await parentage(where)).toBe(`-> ${XRAY_IDS}`);
    expect(await parentage({ ...where, parts: { xray: 'parent' } })).toBe(`under ${XRAY_IDS}`);
    spy.mockRestore();
  });

  it('gets to read a header that became the parent, so that Lineage goes on', async () => {
    const spy = vi.spyOn(propagation, 'extract').mockImplementation(extract);
    const { lambda } = recorder({ parts: { xray: 'parent' } });
    const handler = lambda(async () => otelContext.active().getValue(LINEAGE));
    expect(await handler({ ...httpEvent, ...where }, fakeContext())).toBe('a:1');
    spy.mockRestore();
  });
});

describe('what throws while it is read', () => {
  const fail = (): never => {
    throw new TypeError('boom');
  };

  it('is said once and passed over', async () => {
    vi.stubGlobal('awslambda', { InvokeStore: { getXRayTraceId: fail } });
    const headers = new Proxy({}, { get: fail, ownKeys: fail });
    const context = {
      get xRayTraceId() {
        return fail();
      },
    };
    const { lambda, tree } = recorder();
    const handler = lambda(async () => {});
    const lines = await printed(async () => {
      for (const _ of [1, 2]) await handler({ ...httpEvent, headers }, Object.setPrototypeOf(context, fakeContext()));
    });
    expect(lines.map((line) => (line as Attributes).code)).toEqual(['plan_failed', 'xray_unreadable']);
    expect(tree()).toEqual(['shop SERVER', 'shop SERVER']);
  });

  it('of a propagator leaves the parent to X-Ray', async () => {
    const spy = vi.spyOn(propagation, 'extract').mockImplementation(fail);
    const where = { headers: { traceparent: TRACEPARENT }, context: { xRayTraceId: sampledXray } };
    const lines = await printed(async () =>
      expect(await parentage({ ...where, parts: { xray: 'parent' } })).toBe(`under ${XRAY_IDS}`),
    );
    spy.mockRestore();
    expect(lines).toMatchObject([
      { code: 'extract_failed', message: 'tracelet: A propagator failed with TypeError: boom' },
    ]);
  });

  it('of a propagator that asks in its own case is found, and its invalid context starts a trace', async () => {
    const asked: unknown[] = [];
    const propagator: TextMapPropagator = {
      inject: () => {},
      fields: () => [],
      extract(context, carrier, getter) {
        asked.push(getter.get(carrier, 'X-B3-TraceId'), getter.keys(carrier));
        return trace.setSpanContext(context, { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 1 });
      },
    };
    const spy = vi
      .spyOn(propagation, 'extract')
      .mockImplementation((context, carrier, getter) =>
        propagator.extract(context ?? ROOT_CONTEXT, carrier, getter as never),
      );
    expect(await parentage({ headers: { 'x-b3-traceid': 'abc' } })).toBe('');
    spy.mockRestore();
    expect(asked).toEqual(['abc', ['x-b3-traceid']]);
  });
});
