import type { SpanKindName, StatusCodeName } from './otlp-spans.ts';
import { printTree } from './span-tree-print.ts';

/** What a span needs to be put into a tree. A span of the sink fits; for one of the SDK use {@link fromReadableSpan}. */
export interface TreeSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string | undefined;
  readonly name: string;
  readonly kind: SpanKindName;
  readonly startUnixNano: bigint;
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly unknown[];
  readonly status: { readonly code: StatusCodeName; readonly message?: string | undefined };
}

/** How a tree is printed. */
export interface SpanTreeOptions {
  /**
   * Attributes to print, in this order, where a span has them. By default `faas.coldstart`,
   * `http.response.status_code`, `messaging.batch.message_count` and `messaging.message.id`.
   */
  attributes?: readonly string[] | undefined;
  /** Print durations; off by default, because they differ from run to run. */
  durations?: boolean | undefined;
  /** Print trace and span ids; off by default, because they differ from run to run. */
  ids?: boolean | undefined;
  /** Colour for a terminal (ANSI); off by default. */
  color?: boolean | undefined;
}

/** A span with its children, by start time, then name. */
export interface SpanNode<S extends TreeSpan = TreeSpan> {
  readonly span: S;
  readonly children: readonly SpanNode<S>[];
  /** Why a top-level span has no parent here: it is a root, the parent is elsewhere, or its ancestors form a ring. */
  readonly place: 'child' | 'root' | 'remote parent' | 'parent cycle';
}

/** A forest of spans; `String(tree)` prints it. */
export interface SpanTree<S extends TreeSpan = TreeSpan> {
  /** Top-level spans, trace by trace in order of their start; in a trace first those that serve an event. */
  readonly roots: readonly SpanNode<S>[];
  /** All spans, as they were given. */
  readonly spans: readonly S[];
  /** The first span with this name, in the order printed. */
  find(name: string): S | undefined;
  toString(): string;
}

/**
 * Puts spans into trees, made for inline snapshots: one line a span (kind, name, error, links, chosen attributes), in an
 * order that does not depend on ids. A span whose parent is not among the spans is printed at top level and marked.
 *
 * @example
 * expect(String(spanTree(sink.spans))).toMatchInlineSnapshot();
 */
export function spanTree<S extends TreeSpan>(spans: readonly S[], options: SpanTreeOptions = {}): SpanTree<S> {
  const roots = buildForest(spans);
  return {
    roots,
    spans,
    find: (name) => walk(roots).find(({ node }) => node.span.name === name)?.node.span,
    toString: () => printTree(walk(roots), options),
  };
}

/** What {@link fromReadableSpan} reads; the `ReadableSpan` of every OpenTelemetry SDK since 1.0 fits. */
export interface ReadableSpanLike {
  readonly name: string;
  /** `SpanKind` of the API: 0 is INTERNAL. */
  readonly kind: number;
  spanContext(): { readonly traceId: string; readonly spanId: string };
  readonly parentSpanContext?: { readonly spanId: string } | undefined;
  /** The parent in SDK 1.x. */
  readonly parentSpanId?: string | undefined;
  /** Seconds and nanoseconds. */
  readonly startTime: readonly [number, number];
  readonly endTime: readonly [number, number];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly links: readonly unknown[];
  readonly status: { readonly code: number; readonly message?: string | undefined };
}

/** Makes an ended span of an OpenTelemetry SDK fit into {@link spanTree}. */
export function fromReadableSpan(span: ReadableSpanLike): TreeSpan {
  const { traceId, spanId } = span.spanContext();
  const { message } = span.status;
  const code = CODES[span.status.code] ?? 'UNSET';
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? span.parentSpanId,
    name: span.name,
    kind: KINDS[span.kind] ?? 'UNSPECIFIED',
    startUnixNano: nanoseconds(span.startTime),
    durationMs: Number(nanoseconds(span.endTime) - nanoseconds(span.startTime)) / 1e6,
    attributes: span.attributes,
    links: span.links,
    status: message === undefined ? { code } : { code, message },
  };
}

function nanoseconds([seconds, nanos]: readonly [number, number]): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

const KINDS: readonly SpanKindName[] = ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const CODES: readonly StatusCodeName[] = ['UNSET', 'OK', 'ERROR'];

interface MutableNode<S extends TreeSpan> {
  readonly span: S;
  children: MutableNode<S>[];
  place: SpanNode['place'];
}

function buildForest<S extends TreeSpan>(spans: readonly S[]): MutableNode<S>[] {
  const nodes = spans.map((span): MutableNode<S> => ({ span, children: [], place: 'child' }));
  nodes.sort((a, b) => compare(a.span, b.span));
  const byId = new Map<string, MutableNode<S>>();
  for (const node of nodes) {
    const id = `${node.span.traceId} ${node.span.spanId}`;
    // A span that was delivered twice is printed twice; its children belong to the first.
    if (!byId.has(id)) byId.set(id, node);
  }
  const parentOf = ({ span }: MutableNode<S>): MutableNode<S> | undefined =>
    byId.get(`${span.traceId} ${span.parentSpanId}`);
  for (const node of nodes) {
    const parent = parentOf(node);
    if (parent !== undefined) parent.children.push(node);
    else node.place = node.span.parentSpanId ? 'remote parent' : 'root';
  }
  const reached = new Set(walk(nodes.filter((node) => node.place !== 'child')).map(({ node }) => node));
  for (const node of nodes) {
    if (reached.has(node)) continue;
    const parent = parentOf(node);
    if (parent !== undefined) parent.children = parent.children.filter((child) => child !== node);
    node.place = 'parent cycle';
    for (const { node: below } of walk([node])) reached.add(below);
  }
  return sortTraces(nodes.filter((node) => node.place !== 'child'));
}

function sortTraces<S extends TreeSpan>(roots: MutableNode<S>[]): MutableNode<S>[] {
  const traces = new Map<string, MutableNode<S>[]>();
  for (const root of roots) {
    const trace = traces.get(root.span.traceId);
    if (trace === undefined) traces.set(root.span.traceId, [root]);
    else trace.push(root);
  }
  // Roots come by start, so the traces do too. What serves an event is what a reader looks for, not the init before it.
  return [...traces.values()].flatMap((trace) => trace.sort((a, b) => rank(a.span) - rank(b.span)));
}

function rank({ kind }: TreeSpan): number {
  return kind === 'SERVER' || kind === 'CONSUMER' ? 0 : 1;
}

function compare(a: TreeSpan, b: TreeSpan): number {
  if (a.startUnixNano !== b.startUnixNano) return a.startUnixNano < b.startUnixNano ? -1 : 1;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return 0;
}

/** All nodes in the order printed, with their depth. A loop and not a recursion: chains may be thousands deep. */
function walk<N extends { readonly children: readonly N[] }>(roots: readonly N[]): { node: N; depth: number }[] {
  const found: { node: N; depth: number }[] = [];
  const stack = roots.map((node) => ({ node, depth: 0 })).reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    found.push(next);
    const { node, depth } = next;
    for (const child of [...node.children].reverse()) stack.push({ node: child, depth: depth + 1 });
  }
  return found;
}
