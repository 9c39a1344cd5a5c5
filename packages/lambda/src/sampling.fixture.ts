import { context, propagation, trace } from '@opentelemetry/api';
import { shared } from '@tracelet/core';
import type { OtlpSpan } from '@tracelet/sdk';
import { events, fakeContext } from '@tracelet/testing';
import { afterEach, beforeEach, vi } from 'vitest';
import { defineLambda, type ExporterLike, type Preset, type Settings } from './index.ts';

export const TOKEN = 'a-secret-of-sixteen-characters';
export const CALLER = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';
/** A caller that began no trace, one that is sampled and one that is not. */
export const CALLERS: readonly (string | undefined)[] = [undefined, `00-${CALLER}-01`, `00-${CALLER}-00`];

/** What the exporter got, and what was printed, since the last fresh process. */
export const sent: OtlpSpan[] = [];
export const lines: Record<string, unknown>[] = [];
const exporter: ExporterLike = {
  export(spans: never[], done: (result: { code: number }) => void): void {
    sent.push(...spans);
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};

/** Makes every test of a file believe that it is inside Lambda. */
export function usePretendedLambda(): void {
  beforeEach(() => {
    process.setMaxListeners(100);
    vi.stubEnv('AWS_LAMBDA_RUNTIME_API', '127.0.0.1:9');
    vi.stubEnv('TRACELET_FLUSH', 'before-response');
    vi.stubEnv('TRACELET_DEADLINE_MARGIN', '0');
    vi.stubEnv('OTEL_TRACES_SAMPLER', undefined);
    shared().troubles.clear();
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
      lines.push(JSON.parse(String(line)) as Record<string, unknown>);
      return true;
    });
    forget();
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    forget();
  });
}

/** Starts with a fresh process, as far as this one knows. */
export function forget(): void {
  shared().pipeline = undefined;
  shared().logGate = undefined;
  for (const api of [context, propagation, trace]) api.disable();
  sent.length = lines.length = 0;
}

export interface Went {
  /** Whether the span of the invocation was sent. */
  readonly isSent: boolean;
  /** What those that it called were told. */
  readonly headers: Readonly<Record<string, string>>;
}

/** One invocation of a fresh process. */
export async function went(preset: Preset, event: object, own?: Settings, work = async () => {}): Promise<Went> {
  forget();
  const company = defineLambda({ exporter, ...preset });
  const headers: Record<string, string> = {};
  const lambda = own === undefined ? company : company.with(own);
  const handler = lambda(async () => {
    propagation.inject(context.active(), headers);
    await work();
  });
  (shared().pipeline as { sandbox: { invocations: number } }).sandbox.invocations = 1;
  await handler(event, fakeContext()).catch(() => {});
  return { isSent: sent.some(({ kind }) => kind === 1), headers };
}

/** A request to `/pets`. */
export const request = (traceparent?: string, headers = {}): object =>
  events.apiGatewayHttp({ route: '/pets', headers, ...(traceparent && { traceparent }) });

/** The flag that those who were called were told. */
export const flagOf = ({ headers }: Went): string | undefined => headers.traceparent?.slice(-2);
