import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ownTriggers, renderTriggersPage, type TriggerSources } from './docs-triggers.ts';
import { root } from './packages.ts';

const page = readFileSync(join(root, 'docs/reference/triggers.md'), 'utf8');
const ids = ownTriggers.triggers.map(({ id }) => id);

/** The sources of one trigger of this repository, with something changed. */
function only(id: string, change: Partial<TriggerSources> = {}): TriggerSources {
  return { ...ownTriggers, triggers: ownTriggers.triggers.filter((trigger) => trigger.id === id), ...change };
}

function withoutTag(tag: string): TriggerSources['source'] {
  return (id) => ownTriggers.source(id).replace(new RegExp(`\\n \\* @${tag}\\b.*(?:\\n \\*   .*)*`), '');
}

it('has a section and a row for each trigger, in the order of the list', () => {
  expect([...page.matchAll(/^## (.+)$/gm)].map(([, id]) => id)).toEqual(ids);
  expect([...page.matchAll(/^\| \[`(.+?)`\]/gm)].map(([, id]) => id)).toEqual(ids);
});

it('is what the triggers, their comments and their fixtures make of it', async () => {
  expect(page.slice(page.indexOf('# Triggers'))).toBe(await renderTriggersPage());
});

it('is another page when a line of the list is missing', async () => {
  const fewer = { ...ownTriggers, triggers: ownTriggers.triggers.filter(({ id }) => id !== 'cognito') };
  const text = await renderTriggersPage(fewer);
  expect(text).not.toContain('## cognito');
  expect(page).toContain('## cognito');
});

it('tells what a trigger is, writes and carries', async () => {
  expect((await renderTriggersPage(only('step-functions'))).split('## step-functions\n\n')[1]).toMatchInlineSnapshot(`
    "A task of AWS Step Functions whose payload holds fields of the context object (\`Execution\`, \`State\`, \`StateMachine\`) or a task token. A plain input has no mark of Step Functions: it is \`unknown\`, which finds its \`traceparent\` as well. [Documentation](https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html)

    - Kind: \`other\`
    - Span name: the function's name
    - Trace context: Top-level keys of the event, then of \`Execution.Input\`
    - Attributes: \`aws.step_functions.state_machine.arn\`, \`tracelet.event.age_ms\`, \`tracelet.event_source.arn\`, \`tracelet.event_source.event_id\`, \`tracelet.event_source.name\`, \`tracelet.event_source.operation\`
    "
  `);
});

it.each<[string, TriggerSources, string]>([
  ['fixture', only('cognito', { fixtures: [] }), 'The trigger cognito has no fixture: add one'],
  [
    'file',
    only('cognito', {
      source: () => {
        throw new Error('ENOENT');
      },
    }),
    'The trigger cognito has no file of its own',
  ],
  [
    'comment',
    only('cognito', { source: () => 'export const cognito: Trigger = {};' }),
    'The trigger cognito has no comment',
  ],
  [
    'sentence',
    only('cognito', { source: () => '/**\n * @carrier none\n */\nexport const cognito: Trigger = {};' }),
    'The trigger cognito does not say what it is',
  ],
  ['carrier', only('cognito', { source: withoutTag('carrier') }), 'The trigger cognito does not say where'],
  ['page of AWS', only('cognito', { source: withoutTag('see') }), 'The trigger cognito links to no page'],
  ['rule for its name', only('vpc-lattice', { source: withoutTag('name') }), 'The trigger vpc-lattice calls a span'],
])('names a trigger that lacks a %s', async (_what, sources, message) => {
  await expect(renderTriggersPage(sources)).rejects.toThrow(message);
});
