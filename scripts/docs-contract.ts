import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const source = (path: string): string => readFileSync(join(import.meta.dirname, '../packages', path), 'utf8');

/** Renders the reference of the plugin contract from the types that it is made of. */
export function renderPluginPage(): string {
  const types = source('core/src/plugin.ts').replace(/^(?:import .*\n)+\n/, '');
  return `# The plugin contract

Version 1. A plugin is a plain object of type \`Plugin\`; \`@tracelet/lambda\` exports each of these types. How to write one is
told in [Write a span hook](../how-to/write-a-span-hook.md).

\`\`\`ts
${types.trim()}
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
`;
}

/** Renders the reference of the preset from the types that it is made of. */
export function renderPresetPage(): string {
  const parts: readonly (readonly [file: string, name: string])[] = [
    ['lambda/src/preset.ts', 'Preset'],
    ['lambda/src/preset.ts', 'Enforced'],
    ['core/src/preset.ts', 'Settings'],
    ['core/src/preset.ts', 'BatchSettings'],
    ['core/src/log.ts', 'LogSettings'],
    ['sdk/src/process-options.ts', 'ProcessOptions'],
    ['sdk/src/process-options.ts', 'Otlp'],
  ];
  const sections = parts.map(([file, name]) => `## ${name}\n\n\`\`\`ts\n${declaration(file, name)}\n\`\`\``);
  return `# The preset

What \`defineLambda\` takes. \`Settings\` may be said by a function as well, in \`lambda.with(...)\`; the rest is the process's own.
How to use it is told in [Standardise a company](../how-to/standardise-a-company.md).

${sections.join('\n\n')}
`;
}

/** An interface with the comment before it. */
function declaration(file: string, name: string): string {
  const found = new RegExp(`/\\*\\*(?:(?!\\*/).)*\\*/\\nexport interface ${name}\\b.*?\\n}\\n`, 's').exec(
    source(file),
  )?.[0];
  if (found === undefined) throw new Error(`${file} has no documented interface ${name}.`);
  return found.trim();
}
