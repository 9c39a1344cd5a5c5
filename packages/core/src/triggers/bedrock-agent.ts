import { carrierIn } from '../payload-carrier.ts';
import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * An action group of an Amazon Bedrock agent. The operation is the function, or the path of the API's schema.
 *
 * @carrier Top-level keys of `promptSessionAttributes`, then of `sessionAttributes`.
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html
 */
export const bedrockAgent: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'bedrock-agent',
  matches: (event) => event.agent && event.actionGroup && event.messageVersion,
  facts: (event) => ({
    name: event.agent?.name,
    operation: event.function ?? event.apiPath,
  }),
  carrier: (event) => carrierIn(event.promptSessionAttributes, event.sessionAttributes),
});
