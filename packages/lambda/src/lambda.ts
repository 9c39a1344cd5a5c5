import { createLambda, type Lambda, type Settings } from '@tracelet/core';
import { environmentSettings } from '@tracelet/sdk';
import { functionCheck } from './check-settings.ts';
import { enforcedAttributes } from './enforced-attributes.ts';
import { processPipeline } from './pipeline.ts';
import { checkPreset, type Preset, requireAttributes } from './preset.ts';

/**
 * Makes a `lambda` with a company's preset. Publish it in a package of your own (`@acme/lambda`), re-export `span`,
 * `log` and `json` beside it, and functions change one import line.
 *
 * A preset is process-wide: the first wrap builds the pipeline from the preset of its `lambda`.
 *
 * @throws {TraceletError} `bad_setting` outside Lambda. Inside Lambda the fault is said once and left out.
 */
export function defineLambda(preset: Preset): Lambda {
  const checked = checkPreset(preset);
  const { attributes, batch, loopGuard, plugins, queueSpan, redact, sampling, triggers, enforce } = checked;
  const plugin = enforce?.attributes && enforcedAttributes(enforce.attributes);
  const above = (): readonly (Settings | undefined)[] => [
    environmentSettings(process.env),
    enforce && {
      attributes: enforce.attributes,
      plugins: plugin && [plugin],
      batch: enforce.batch,
      redact: enforce.redact,
      sampling: enforce.sampling,
    },
  ];
  return createLambda({
    pipeline: () => processPipeline(checked),
    settings: { attributes, batch, loopGuard, plugins, queueSpan, redact, sampling, triggers },
    check: {
      ...functionCheck,
      resolved: (settings) => {
        requireAttributes(settings.attributes, enforce?.require);
        if (enforce?.sampling === undefined) return settings;
        // Rules to drop add up elsewhere: those of a function would undo an enforced ratio.
        const drop = [enforce.sampling.drop, sampling?.drop].flatMap((rules) => rules ?? []);
        return { ...settings, sampling: { ...settings.sampling, drop } };
      },
    },
    above,
  });
}

/**
 * Wraps a Lambda handler: out come OpenTelemetry traces and correlated logs, sent to any OTLP backend. The handler's
 * result and error pass through unchanged.
 *
 * @example
 * export const handler = lambda(async (event: APIGatewayProxyEventV2) => ({ statusCode: 200 }));
 * @example
 * export const handler = lambda.sqs({ parse: json<Order>() }, async (order, { log }) => {
 *   log.info('order received', { id: order.id });
 * });
 */
export const lambda: Lambda = /* @__PURE__ */ defineLambda({});
