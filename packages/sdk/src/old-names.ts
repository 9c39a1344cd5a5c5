import type { OtlpSpan } from './otlp/otlp-data.ts';

/** New names and those that dashboards made before semantic conventions 1.45 ask for, in turn. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  'cloud.resource_id': 'faas.id',
  'faas.invocation.id': 'faas.invocation_id',
  'faas.invocation.start_time': 'faas.time',
  'messaging.system.name': 'messaging.system',
  'messaging.operation.type': 'messaging.operation',
  'rpc.system.name': 'rpc.system',
  'rpc.method': 'rpc.service',
  'aws.request_id': 'aws.request.id',
  'db.system.name': 'db.system',
  'db.namespace': 'db.name',
  'db.operation.name': 'db.operation',
  'db.query.text': 'db.statement',
  'http.request.method': 'http.method',
  'http.response.status_code': 'http.status_code',
  'url.full': 'http.url',
  'url.path': 'http.target',
  'url.scheme': 'http.scheme',
  'user_agent.original': 'http.user_agent',
  'server.address': 'net.peer.name',
  'server.port': 'net.peer.port',
};
/** Old names whose values differ too: pattern and replacement. */
const OLD_VALUES: Readonly<Record<string, readonly [RegExp, string]>> = {
  'messaging.system': [/^aws\.sqs$/, 'aws_sqs'],
  'messaging.operation': [/^send$/, 'publish'],
  'rpc.service': [/\/[^/]*$/, ''],
  'db.system': [/^aws\./, ''],
};

/**
 * Adds the attribute names of before semantic conventions 1.45 to a span that has ended, beside the present ones. What is
 * there already stays.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/
 */
export function addOldNames(span: OtlpSpan): void {
  const attributes = span.attributes as Record<string, unknown>;
  for (const [name, value] of Object.entries(attributes)) {
    const isServer = span.kind === 1 && name.startsWith('server.');
    const old = isServer ? name.replace('server.', 'net.host.').replace('address', 'name') : OLD_NAMES[name];
    if (old === undefined || old in attributes) continue;
    const [pattern, replacement] = OLD_VALUES[old] ?? [];
    attributes[old] = typeof value === 'string' && pattern ? value.replace(pattern, String(replacement)) : value;
  }
}
