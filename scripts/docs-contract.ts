import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnv } from '../packages/sdk/src/env.ts';
import { variables } from '../packages/sdk/src/env-table.ts';
import { knownVariables } from '../packages/sdk/src/identity.ts';
import { lambdaResource } from '../packages/sdk/src/resource.ts';

const source = (path: string): string => readFileSync(join(import.meta.dirname, '../packages', path), 'utf8');

/** Renders the reference of the plugin contract from the types that it is made of. */
export function renderPluginPage(): string {
  const types = source('core/src/plugin.ts').replace(/^(?:import .*\n)+\n/, '');
  const outcome = declaration('core/src/trigger.ts', 'Outcome');
  return `# The plugin contract

Version 1. A plugin is a plain object of type \`Plugin\`; \`@tracelet/lambda\` exports each of these types. How to write one is
told in [Write a span hook](../how-to/write-a-span-hook.md).

\`\`\`ts
${types.trim()}

${outcome}
\`\`\`

## What holds

- Nothing that a plugin throws, rejects with or returns changes the result or the error of a function.
- Event, context and record are the function's own: a plugin reads them and must not write to them.
- \`plugin_failed:NAME\` and \`plugin_slow:NAME\` are the codes of the lines that say a trouble, once per process.
- A plugin of a newer contract, or what is no plugin, is a \`TraceletError\` \`bad_setting\` outside Lambda. Inside Lambda it is
  said in one line and left out.
- \`setup\` cannot be stopped: what it does adds to the start of the function.
- \`disposePlugins()\` undoes the set-up of every plugin of a process, for tests.
- A member that is added later is optional. What would break a plugin raises the version.
`;
}

/** Renders the reference of tracelet's own channels, and of those that libraries announce, from the types. */
export function renderChannelsPage(): string {
  const channels = declaration('core/src/channels.ts', 'Channels');
  const spec = declaration('instrument/src/tracing-channel.ts', 'TracingChannelSpec');
  return `# Channels

## Those of tracelet

tracelet publishes what it does on channels of \`node:diagnostics_channel\`, each only while somebody listens. Listen with
\`subscribe(name, listener)\` of \`@tracelet/lambda\`, which contains what the listener throws and returns what ends it, or with
Node's own \`subscribe\`. Members may be added to a message; what would break a listener gets a new name.
\`Outcome\` is that of [the plugin contract](plugin-contract.md).

\`\`\`ts
${channels}
\`\`\`

## Those of libraries

A library that calls itself over a \`TracingChannel\` announces it so, before or after tracelet is loaded:

\`\`\`js
(globalThis[Symbol.for('tracelet.channels.v1')] ??= []).push([name, spec]);
\`\`\`

\`name\` is the one that it gave to \`tracingChannel()\`. A channel that is announced twice is traced once. What is no
announcement is said in one line and left out. An application may do the same for a library that does not:
\`plugins: [fromTracingChannel(name, spec)]\`.

\`\`\`ts
${spec}
\`\`\`

A library that is written in TypeScript may say what its messages are, for applications that name its channel themselves. It
adds to \`Channels\` of \`@tracelet/lambda\`, of which it needs the types alone:

\`\`\`ts
declare module '@tracelet/lambda' {
  interface Channels {
    'shop.query': { readonly sql: string };
  }
}
\`\`\`

Then \`fromTracingChannel('shop.query', spec)\` knows the message that each member of the spec gets, and refuses another one. Of
a channel that nobody added, the application says it: \`fromTracingChannel<{ sql: string }>(name, spec)\`.
`;
}

/** Renders the reference of the preset from the types that it is made of. */
export function renderPresetPage(): string {
  const parts: readonly (readonly [file: string, name: string])[] = [
    ['lambda/src/preset.ts', 'Preset'],
    ['lambda/src/preset.ts', 'Enforced'],
    ['core/src/preset.ts', 'Settings'],
    ['core/src/preset.ts', 'BatchSettings'],
    ['core/src/sampling-settings.ts', 'SamplingSettings'],
    ['core/src/sampling-settings.ts', 'KeepRules'],
    ['core/src/sampling-settings.ts', 'DropRule'],
    ['core/src/redact.ts', 'RedactionRules'],
    ['core/src/redact.ts', 'Redaction'],
    ['core/src/redact.ts', 'Redact'],
    ['core/src/log.ts', 'LogSettings'],
    ['core/src/log.ts', 'LogLevel'],
    ['sdk/src/process-options.ts', 'ProcessOptions'],
    ['sdk/src/identity.ts', 'IdentityVariables'],
    ['sdk/src/process-options.ts', 'Otlp'],
    ['sdk/src/request-headers.ts', 'HeaderSource'],
    ['sdk/src/request-headers.ts', 'Headers'],
    ['sdk/src/request-headers.ts', 'SignRequest'],
    ['sdk/src/request-headers.ts', 'OutgoingRequest'],
    ['sdk/src/exporter-delivery.ts', 'ExporterLike'],
    ['sdk/src/foreign-provider.ts', 'ProviderLike'],
    ['core/src/xray.ts', 'XrayPolicy'],
    ['core/src/trust-remote.ts', 'TrustRemote'],
    ['core/src/trust-remote.ts', 'RemoteTrust'],
    ['core/src/trigger.ts', 'FaasTrigger'],
    ['instrument/src/instrumentations.ts', 'InstrumentationEntry'],
    ['instrument/src/instrumentations.ts', 'InstrumentationLike'],
  ];
  const sections = parts.map(([file, name]) => `## ${name}\n\n\`\`\`ts\n${declaration(file, name)}\n\`\`\``);
  return `# The preset

What \`defineLambda\` takes. \`Settings\` may be said by a function as well, in \`lambda.with(...)\`; the rest is the process's own.
How to use it is told in [Standardise a company](../how-to/standardise-a-company.md), what to sample in
[Keep the interesting traces](../how-to/keep-the-interesting-traces.md), and what to hide in
[Keep secrets out](../how-to/keep-secrets-out.md).

${sections.join('\n\n')}

## What the resource says without a preset

Whatever a preset or a variable of OpenTelemetry says of an attribute comes before what stands here.

| Attribute | From |
| --- | --- |
${identityRows().join('\n')}

The alias by which a function was invoked is on the span of the invocation, in \`aws.lambda.invoked_arn\`, because one process may
be invoked by several; so is \`cloud.resource_id\`, the ARN of the version that ran. Serverless Framework, SAM and CDK tell a
function nothing of its stage: give it a variable, and name that in \`identity\`.
`;
}

/** Asks the code itself: each variable has its own name for a value. */
function identityRows(): readonly string[] {
  const names = Object.keys(variables).filter((name) => name.startsWith('AWS_'));
  const env = Object.fromEntries(names.map((name) => [name, name.endsWith('_SIZE') ? '1' : name]));
  const rows = Object.entries(lambdaResource(readEnv(env))).map(([attribute, value]) => {
    const text = String(value);
    if (typeof value === 'number') return [attribute, '`AWS_LAMBDA_FUNCTION_MEMORY_SIZE`, in bytes'];
    if (names.includes(text)) return [attribute, `\`${text}\``];
    if (attribute === 'telemetry.sdk.version') return [attribute, 'the package'];
    if (/^host\.|version$/.test(attribute)) return [attribute, 'the process'];
    return [attribute, `always \`${text}\``];
  });
  for (const [attribute, from] of Object.entries(knownVariables)) {
    const variable = [from].flat().map((name) => `\`${name}\``);
    if (attribute === 'deployment.environment.name' || attribute === 'service.namespace')
      variable.unshift('`SST_RESOURCE_App`');
    const row = rows.find(([name]) => name === attribute);
    if (row === undefined) rows.push([attribute, variable.join(', ')]);
    else row[1] = `${variable.join(', ')}, ${row[1]}`;
  }
  rows.push(['cloud.account.id', 'the ARN by which the first invocation called the function']);
  return rows.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)).map(([name, from]) => `| \`${name}\` | ${from} |`);
}

/** An interface or a type with the comment before it. */
function declaration(file: string, name: string): string {
  const comment = '/\\*\\*(?:(?!\\*/).)*\\*/\\n';
  const found = new RegExp(`${comment}(?:export )?(?:interface ${name}\\b.*?\\n}\\n|type ${name} =.*?;\\n)`, 's').exec(
    source(file),
  )?.[0];
  if (found === undefined) throw new Error(`${file} has no documented type ${name}.`);
  return found.trim();
}
