import { AWS_STATE_MACHINE_ARN } from '../attributes.ts';
import { carrierIn } from '../payload-carrier.ts';
import { type Deep, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A task of AWS Step Functions whose payload holds fields of the context object (`Execution`, `State`, `StateMachine`)
 * or a task token. A plain input has no mark of Step Functions: it is `unknown`, which finds its `traceparent` as well.
 *
 * @carrier Top-level keys of the event, then of `Execution.Input`.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html
 */
export const stepFunctions: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'step-functions',
  matches: (event) =>
    text(event.Task?.Token ?? event.TaskToken ?? event.taskToken) ??
    (event.Execution?.Id && (event.StateMachine ?? event.State)),
  facts: (event) => ({
    arn: event.StateMachine?.Id,
    name: event.StateMachine?.Name,
    operation: event.State?.Name,
    eventId: event.Execution?.Id,
    attributes: { [AWS_STATE_MACHINE_ARN]: text(event.StateMachine?.Id) },
  }),
  carrier: (event) => carrierIn(event, event.Execution?.Input),
  sentAtMs: (event) => Date.parse(String(event.State?.EnteredTime)),
});
