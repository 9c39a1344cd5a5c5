import {
  type Link,
  context as otelContext,
  propagation,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Context } from 'aws-lambda';
import type { Lambda } from './handler.ts';
import { createLambda, type SettingsCheck } from './lambda.ts';
import { idlePipeline, type Pipeline } from './pipeline.ts';
import type { Settings } from './preset.ts';

/** A pipeline with a real provider, the `lambda` made of it, and what the provider recorded. */
export interface Recorder {
  readonly lambda: Lambda;
  readonly pipeline: Pipeline;
  readonly spans: () => readonly ReadableSpan[];
  /** Spans as lines, parents before children and in the order of their start, each with kind, status, events and links. */
  readonly tree: (options?: { attributes?: boolean }) => readonly string[];
  /** The attributes of the one span of this name. */
  readonly attributes: (name: string) => unknown;
}

export interface RecorderOptions {
  readonly parts?: Partial<Pipeline>;
  readonly settings?: Settings;
  readonly above?: readonly Settings[];
  readonly check?: SettingsCheck;
  readonly sampler?: Sampler;
  readonly processors?: readonly SpanProcessor[];
}

otelContext.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
);

export function recorder({
  parts,
  settings = {},
  above = [],
  sampler,
  processors = [],
  check,
}: RecorderOptions = {}): Recorder {
  const exporter = new InMemorySpanExporter();
  const startOrder: string[] = [];
  const noteStart: SpanProcessor = {
    onStart: (span) => void startOrder.push(span.spanContext().spanId),
    onEnd: () => {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = new TracerProvider({
    ...(sampler === undefined ? {} : { sampler }),
    spanProcessors: [noteStart, ...processors, new SimpleSpanProcessor({ exporter })],
  });
  const pipeline = idlePipeline({ tracer: provider.getTracer('test'), ...parts });
  const spans = (): readonly ReadableSpan[] => exporter.getFinishedSpans();
  return {
    lambda: createLambda({ pipeline: () => pipeline, settings, above: () => above, check }),
    pipeline,
    spans,
    tree: ({ attributes = false } = {}) => printTree(inOrder(spans(), startOrder), attributes),
    attributes: (name) => {
      const named = spans().filter((span) => span.name === name);
      if (named.length !== 1) throw new Error(`${named.length} spans are called ${name}`);
      return named[0]?.attributes;
    },
  };
}

/** A Lambda context of runtime client 4; with `done`, of runtime client 3. */
export function fakeContext(parts: Record<string, unknown> = {}): Context {
  return {
    functionName: 'shop',
    functionVersion: '7',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:shop',
    awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    getRemainingTimeInMillis: () => 3000,
    ...parts,
  } as unknown as Context;
}

/** A context of runtime client 3, which takes callbacks. */
export function callbackContext(parts: Record<string, unknown> = {}): Context {
  return fakeContext({ done: () => {}, succeed: () => {}, fail: () => {}, ...parts });
}

/** Calls a wrapped handler as the runtime does, whatever its type says. */
export function invoke(handler: unknown, ...args: readonly unknown[]): unknown {
  return (handler as (...given: readonly unknown[]) => unknown)(...args);
}

/** What a promise came to: its value or its error, by identity. */
export async function settled(promise: unknown): Promise<{ value: unknown } | { error: unknown }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error };
  }
}

function printTree(spans: readonly ReadableSpan[], attributes: boolean): readonly string[] {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const nameOf = ({ traceId, spanId }: SpanContext): string => byId.get(spanId)?.name ?? `${traceId}:${spanId}`;
  const childrenOf = (id: string | undefined): readonly ReadableSpan[] =>
    spans.filter(
      ({ parentSpanContext: parent }) => (parent && byId.has(parent.spanId) ? parent.spanId : undefined) === id,
    );
  const print = (span: ReadableSpan, depth: number): readonly string[] => {
    const { parentSpanContext: parent, links } = span;
    const parts = [
      `${'  '.repeat(depth)}${span.name}`,
      SpanKind[span.kind],
      ...(parent !== undefined && !byId.has(parent.spanId) ? [`under ${nameOf(parent)}`] : []),
      ...(span.status.code === SpanStatusCode.ERROR ? [`ERROR(${span.status.message ?? ''})`] : []),
      ...span.events.map(
        ({ name, attributes: of }) => `${name}(${of?.['exception.type']}: ${of?.['exception.message']})`,
      ),
      ...links.map((link: Link) => `-> ${nameOf(link.context)}`),
      ...(attributes ? [JSON.stringify(span.attributes)] : []),
    ];
    return [parts.join(' '), ...childrenOf(span.spanContext().spanId).flatMap((child) => print(child, depth + 1))];
  };
  return childrenOf(undefined).flatMap((span) => print(span, 0));
}

function inOrder(spans: readonly ReadableSpan[], ids: readonly string[]): readonly ReadableSpan[] {
  const placeOf = (span: ReadableSpan): number => ids.indexOf(span.spanContext().spanId);
  return spans.toSorted((a, b) => placeOf(a) - placeOf(b));
}
