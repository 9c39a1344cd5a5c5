import { carrierIn } from '../payload-carrier.ts';
import { type Deep, object, parsed, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A Lambda durable function, where the wrapper stands around the handler of the durable execution SDK. The operation is
 * `start`, or `replay` once there are checkpoints. The result `FAILED` is a fault; `PENDING` waits and is none.
 *
 * @carrier Top-level keys of the input that started the execution, then of its `detail` (EventBridge): each replay
 *   belongs to the trace of the caller.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html
 */
export const durableFunction: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'durable-function',
  matches: (event) => event.DurableExecutionArn && event.InitialExecutionState,
  facts: (event) => ({
    operation: Number(event.InitialExecutionState?.Operations?.length) > 1 ? 'replay' : 'start',
    eventId: event.DurableExecutionArn,
  }),
  carrier: (event) => {
    const json = text(event.InitialExecutionState?.Operations?.[0]?.ExecutionDetails?.InputPayload);
    // An input may have 6 MB, which take 30 ms to parse: only one that names a carrier is worth it.
    const input = json && /"(traceparent|b3|x-b3-traceid|x-amzn-trace-id)"/.test(json) && parsed(json);
    return carrierIn(input, object(input).detail);
  },
  judge: (result) => {
    const { Error: error, Status } = object(result);
    const { ErrorMessage, ErrorType } = object(error);
    return Status === 'FAILED'
      ? { fault: true, errorType: text(ErrorType) ?? Status, message: text(ErrorMessage) }
      : { fault: false };
  },
});
