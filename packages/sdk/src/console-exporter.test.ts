import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect, it } from 'vitest';
import { consoleExporter } from './console-exporter.ts';
import { readEnv } from './env.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';
import { makeProvider } from './provider.ts';

it('prints each flush as a tree, in the order of the starts', () => {
  const ended: OtlpSpan[] = [];
  const { api } = makeProvider({ resource: {}, environment: readEnv({}), onEnd: (span) => ended.push(span) });
  const tracer = api.getTracer('test');
  const remote = { traceId: '5b8aa5a2d2c872e8321cf37308d69df2', spanId: '051581bf3cb55c13', traceFlags: 1 };
  const root = tracer.startSpan('orders', { kind: 1, startTime: [10, 0] }, trace.setSpanContext(ROOT_CONTEXT, remote));
  const within = trace.setSpan(ROOT_CONTEXT, root);
  const call = tracer.startSpan('GET', { kind: 2, startTime: [10, 5_000_000], attributes: { port: 443 } }, within);
  call.setStatus({ code: SpanStatusCode.ERROR, message: 'refused' }).end([10, 7_500_000]);
  tracer.startSpan('parse', { startTime: [10, 1_000_000] }, within).end([10, 2_000_000]);
  root.end([11, 0]);
  const lines: string[] = [];
  let code: number | undefined;
  consoleExporter({ write: (line) => lines.push(line) }).export(ended as never[], (result) => {
    code = result.code;
  });
  expect(code).toBe(0);
  expect(lines).toEqual([
    'SERVER orders 1000.0 ms trace=5b8aa5a2d2c872e8321cf37308d69df2',
    '  INTERNAL parse 1.0 ms',
    '  CLIENT GET 2.5 ms FAILED: refused port=443',
  ]);
});
