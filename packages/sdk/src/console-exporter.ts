import type { ExporterLike } from './exporter-delivery.ts';
import type { OtlpSpan } from './otlp/otlp-data.ts';

/** How spans are shown. */
export interface ConsoleOptions {
  /** Takes each line. Default: stdout. */
  readonly write?: ((line: string) => void) | undefined;
}

/**
 * Prints each flush as a tree of spans for people: name, duration, status and attributes. Use it on your own machine; for
 * machines there is `exporter: 'stdout'`.
 *
 * @example
 * export const lambda = defineLambda({ exporter: consoleExporter() });
 */
export function consoleExporter({ write = toStdout }: ConsoleOptions = {}): ExporterLike {
  return {
    export(spans, done) {
      for (const line of treeOf(spans)) write(line);
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
}

function toStdout(line: string): void {
  process.stdout.write(`${line}\n`);
}

function treeOf(spans: readonly OtlpSpan[]): readonly string[] {
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const children = new Map<string, OtlpSpan[]>();
  for (const span of [...spans].sort(byStart)) {
    const given = span.parentSpanContext?.spanId ?? '';
    const parentId = ids.has(given) ? given : '';
    children.set(parentId, [...(children.get(parentId) ?? []), span]);
  }
  const lines: string[] = [];
  const print = (parentId: string, indent: string): void => {
    for (const span of children.get(parentId) ?? []) {
      lines.push(indent + lineOf(span, parentId === ''));
      print(span.spanContext().spanId, `${indent}  `);
    }
  };
  print('', '');
  return lines;
}

function lineOf({ attributes, endTime, kind, name, spanContext, startTime, status }: OtlpSpan, isTop: boolean): string {
  const durationMs = (endTime[0] - startTime[0]) * 1000 + (endTime[1] - startTime[1]) / 1e6;
  const failed = status.code === 2 ? ` FAILED${status.message === undefined ? '' : `: ${status.message}`}` : '';
  const rest = Object.entries(attributes).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
  const trace = isTop ? ` trace=${spanContext().traceId}` : '';
  return `${KINDS[kind] ?? 'SPAN'} ${name} ${durationMs.toFixed(1)} ms${failed}${trace}${rest.join('')}`;
}

const KINDS: readonly string[] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];

function byStart(a: OtlpSpan, b: OtlpSpan): number {
  return a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1];
}
