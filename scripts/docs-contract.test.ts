import { expect, it } from 'vitest';
import { renderChannelsPage, renderPluginPage, renderPresetPage } from './docs-contract.ts';

/** Types of the language, of Node and of OpenTelemetry's API. */
const elsewhere = new Set(
  (
    'Array Attributes Context Error OtelContext Partial Pick Promise Readonly Record RegExp Span SpanKind ' +
    'TextMapPropagator Tracer TracerProvider Uint8Array'
  ).split(' '),
);

it.each([
  ['preset', renderPresetPage, 'AnyTrigger, ChainRule, Plugin'],
  ['plugin contract', renderPluginPage, ''],
  ['channels', renderChannelsPage, 'Outcome'],
])('the page of the %s declares every type that it names', (_page, render, ofOthers) => {
  const code = [...render().matchAll(/```ts\n(.*?)```/gs)].map(([, text = '']) => text).join('\n');
  const bare = code.replace(/\/\*\*.*?\*\/|\/\/[^\n]*|'[^'\n]*'|`[^`]*`/gs, '');
  const declared = [...bare.matchAll(/(?:interface|type) (\w+)/g)].map(([, name]) => name);
  const named = new Set([...bare.matchAll(/(?<![.\w])[A-Z]\w{2,}/g)].map(([name]) => name));
  expect(declared.length).toBeGreaterThan(1);
  expect(
    [...named]
      .filter((name) => !declared.includes(name) && !elsewhere.has(name))
      .sort()
      .join(', '),
  ).toBe(ofOthers);
});

it('says of each attribute of the resource where it comes from', () => {
  const rows = renderPresetPage()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows).toMatchInlineSnapshot(`
    [
      "| \`aws.log.group.names\` | \`AWS_LAMBDA_LOG_GROUP_NAME\` |",
      "| \`cloud.account.id\` | the ARN by which the first invocation called the function |",
      "| \`cloud.platform\` | always \`aws_lambda\` |",
      "| \`cloud.provider\` | always \`aws\` |",
      "| \`cloud.region\` | \`AWS_REGION\` |",
      "| \`deployment.environment.name\` | \`SST_RESOURCE_App\`, \`SST_STAGE\`, \`ARC_ENV\`, \`DD_ENV\` |",
      "| \`faas.instance\` | \`AWS_LAMBDA_LOG_STREAM_NAME\` |",
      "| \`faas.max_memory\` | \`AWS_LAMBDA_FUNCTION_MEMORY_SIZE\`, in bytes |",
      "| \`faas.name\` | \`AWS_LAMBDA_FUNCTION_NAME\` |",
      "| \`faas.version\` | \`AWS_LAMBDA_FUNCTION_VERSION\` |",
      "| \`host.arch\` | the process |",
      "| \`process.runtime.name\` | always \`nodejs\` |",
      "| \`process.runtime.version\` | the process |",
      "| \`service.instance.id\` | \`AWS_LAMBDA_LOG_STREAM_NAME\` |",
      "| \`service.name\` | \`POWERTOOLS_SERVICE_NAME\`, \`DD_SERVICE\`, \`AWS_LAMBDA_FUNCTION_NAME\` |",
      "| \`service.namespace\` | \`SST_RESOURCE_App\`, \`SST_APP\`, \`ARC_APP_NAME\` |",
      "| \`service.version\` | \`DD_VERSION\` |",
      "| \`telemetry.sdk.language\` | always \`nodejs\` |",
      "| \`telemetry.sdk.name\` | always \`tracelet\` |",
      "| \`telemetry.sdk.version\` | the package |",
    ]
  `);
});
