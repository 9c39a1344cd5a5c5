import { type Deep, object, parsed } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A custom rule of AWS Config. The operation is the message's type: `ConfigurationItemChangeNotification`,
 * `ScheduledNotification`.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/config/latest/developerguide/evaluate-config_develop-rules_example-events.html
 */
export const config: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'config',
  matches: (event) => event.configRuleArn && event.invokingEvent,
  facts: (event) => ({
    arn: event.configRuleArn,
    name: event.configRuleName,
    operation: object(parsed(event.invokingEvent)).messageType,
  }),
});
