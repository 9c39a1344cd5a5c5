import type { SpanNode, SpanTreeOptions, TreeSpan } from './span-tree.ts';

/** Prints a forest, one line a span, a blank line between traces. */
export function printTree(
  nodes: readonly { readonly node: SpanNode; readonly depth: number }[],
  options: SpanTreeOptions,
): string {
  if (nodes.length === 0) return '(no spans)';
  const paint = options.color === true ? COLORS : PLAIN;
  let traceId = nodes[0]?.node.span.traceId;
  return nodes
    .map(({ node, depth }) => {
      const gap = node.span.traceId === traceId ? '' : '\n';
      traceId = node.span.traceId;
      return `${gap}${'  '.repeat(depth)}${printSpan(node, options, paint)}`;
    })
    .join('\n');
}

type Paint = Readonly<Record<'kind' | 'name' | 'failed' | 'detail' | 'duration', (text: string) => string>>;

const DEFAULT_ATTRIBUTES = [
  'faas.coldstart',
  'http.response.status_code',
  'messaging.batch.message_count',
  'messaging.message.id',
];
const TEXT_LENGTH_MAX = 120;

const PLAIN: Paint = { kind: same, name: same, failed: same, detail: same, duration: same };
const COLORS: Paint = {
  kind: ansi(36, 39),
  name: ansi(1, 22),
  failed: ansi(31, 39),
  detail: ansi(2, 22),
  duration: ansi(33, 39),
};

function printSpan({ span, place }: SpanNode, options: SpanTreeOptions, paint: Paint): string {
  const hasFailed = span.status.code === 'ERROR';
  const name = visible(span.name);
  const details = [
    ...(options.durations === true ? [paint.duration(`${formatMs(span.durationMs)} ms`)] : []),
    ...(place === 'remote parent' || place === 'parent cycle' ? [paint.detail(`(${place})`)] : []),
    ...(hasFailed ? [paint.failed(describeError(span))] : []),
    ...(span.links.length > 0 ? [paint.detail(`links=${span.links.length}`)] : []),
    ...describeAttributes(span, options.attributes ?? DEFAULT_ATTRIBUTES).map(paint.detail),
    ...(options.ids === true ? describeIds(span, place).map(paint.detail) : []),
  ];
  const head = `${paint.kind(span.kind)} ${hasFailed ? paint.failed(name) : paint.name(name)}`;
  return details.length === 0 ? head : `${head}  ${details.join(' ')}`;
}

function describeError({ attributes, status }: TreeSpan): string {
  const type = attributes['error.type'];
  const label = type === undefined ? '[error]' : `[error ${visible(String(type))}]`;
  return status.message ? `${label} ${visible(JSON.stringify(shorten(status.message)))}` : label;
}

function describeAttributes({ attributes }: TreeSpan, names: readonly string[]): string[] {
  return names
    .filter((name) => attributes[name] !== undefined)
    .map((name) => `${name}=${formatValue(attributes[name])}`);
}

function describeIds(span: TreeSpan, place: SpanNode['place']): string[] {
  return place === 'child' ? [`span=${span.spanId}`] : [`trace=${span.traceId}`, `span=${span.spanId}`];
}

function formatValue(value: unknown): string {
  if (typeof value === 'string') {
    return /^[^\s"=\p{Cc}]+$/u.test(value) ? shorten(value) : visible(JSON.stringify(shorten(value)));
  }
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    const json = JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner));
    return visible(shorten(json));
  } catch {
    return '[unprintable]';
  }
}

function formatMs(ms: number): string {
  return ms < 100 ? ms.toFixed(1) : Math.round(ms).toLocaleString('en-US');
}

// A line break in a name would break the tree, and an escape sequence the terminal.
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => {
    const json = JSON.stringify(character).slice(1, -1);
    return json === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : json;
  });
}

function shorten(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}...` : text;
}

function same(text: string): string {
  return text;
}

function ansi(open: number, close: number): (text: string) => string {
  return (text) => `\u001b[${open}m${text}\u001b[${close}m`;
}
