import { type SinkSpan, startRuntime, startSink } from '@tracelet/testing';
import { expect } from 'vitest';
import { startAwsRecorder } from './aws-recorder.fixture.ts';
import type { Leg } from './clients.ts';
import type { WireRequest } from './sigv4.fixture.ts';

/** What one invocation of a downstream fixture came to. */
export interface Played {
  readonly spans: readonly SinkSpan[];
  /** The spans of downstream calls. */
  readonly calls: readonly SinkSpan[];
  /** What the recorder was sent. */
  readonly received: readonly WireRequest[];
  readonly logs: readonly string[];
}

/** How a fixture is played. */
export interface PlayOptions {
  readonly taskRoot: string;
  /** The X-Ray header that the runtime is given. */
  readonly traceHeader: string;
  /** How many spans there will be. */
  readonly spans: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a deployed fixture once under a real runtime client, against the recorder and an OTLP sink. */
export async function play(leg: Leg, { taskRoot, traceHeader, spans, env }: PlayOptions): Promise<Played> {
  const sink = await startSink();
  const peer = await startAwsRecorder();
  const runtime = await startRuntime({
    ...leg,
    handler: 'index.handler',
    taskRoot,
    functionName: 'shop',
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      PEER_URL: peer.url,
      PEER_HTTPS_URL: peer.httpsUrl,
      PEER_HTTP2_URL: peer.http2Url,
      NODE_NO_WARNINGS: '1',
      ...env,
    },
  });
  try {
    const result = await runtime.invoke({}, { traceHeader });
    expect(result).toMatchObject({ status: 'success', payload: 'done' });
    await sink.waitFor({ spans });
    const calls = sink.spans.filter(({ kind }) => kind === 'CLIENT' || kind === 'PRODUCER');
    return { spans: sink.spans, calls, received: peer.received, logs: result.logs };
  } finally {
    await runtime.shutdown();
    await sink.close();
    await peer.close();
  }
}
