import { carrierIn } from '../payload-carrier.ts';
import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A flow of Amazon Connect. The operation is how the contact began: `INBOUND`, `OUTBOUND`, `TRANSFER`, `CALLBACK`, `API`;
 * nothing is taken of the customer.
 *
 * @carrier Top-level keys of `Details.Parameters`, then of the contact's attributes.
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
 */
export const connect: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'connect',
  matches: (event) => event.Details?.ContactData,
  facts: (event) => ({
    arn: event.Details?.ContactData?.InstanceARN,
    name: event.Details?.ContactData?.Queue?.Name,
    operation: event.Details?.ContactData?.InitiationMethod,
    eventId: event.Details?.ContactData?.ContactId,
  }),
  carrier: (event) => carrierIn(event.Details?.Parameters, event.Details?.ContactData?.Attributes),
});
