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
  matches: ({ protocol, serverId, sourceIp, username }) => serverId && username && protocol && sourceIp,
  facts: ({ protocol, serverId, sourceIp }) => ({
    name: serverId,
    operation: protocol,
    attributes: { [CLIENT_ADDRESS]: text(sourceIp) },
  }),
});
