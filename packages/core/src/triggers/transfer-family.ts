import { CLIENT_ADDRESS } from '../attributes.ts';
import { type Deep, text } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * AWS Transfer Family asking its custom identity provider. The operation is the protocol; user name and password are
 * not read.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/transfer/latest/userguide/custom-lambda-idp.html
 */
export const transferFamily: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'transfer-family',
  matches: (event) => event.serverId && event.username && event.protocol && event.sourceIp,
  facts: (event) => ({
    name: event.serverId,
    operation: event.protocol,
    attributes: { [CLIENT_ADDRESS]: text(event.sourceIp) },
  }),
});
