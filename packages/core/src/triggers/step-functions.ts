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
  matches: ({ Execution, StateMachine, State, Task, TaskToken, taskToken }) =>
    text(Task?.Token ?? TaskToken ?? taskToken) ?? (Execution?.Id && (StateMachine ?? State)),
  facts: ({ Execution, StateMachine, State }) => ({
    arn: StateMachine?.Id,
    name: StateMachine?.Name,
    operation: State?.Name,
    eventId: Execution?.Id,
    attributes: { [AWS_STATE_MACHINE_ARN]: text(StateMachine?.Id) },
  }),
  carrier: (event) => carrierIn(event, event.Execution?.Input),
  sentAtMs: ({ State }) => Date.parse(String(State?.EnteredTime)),
});
