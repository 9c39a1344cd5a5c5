import type { Plugin } from '@tracelet/core';
import { announcedChannels } from './announced-channels.ts';
import { http2Calls } from './http2-calls.ts';
import { nodeHttp } from './node-http.ts';
import type { PropagationOptions } from './propagation.ts';
import { undiciFetch } from './undici-fetch.ts';

/**
 * What is traced unless somebody says otherwise: `node:http`, `node:https`, `node:http2`, `fetch` and
 * undici; what the AWS SDK sends over them is named by its operation. And the channels that libraries announce.
 */
export function defaultIntegrations(options: PropagationOptions = {}): readonly Plugin[] {
  return [nodeHttp(options), http2Calls(options), undiciFetch(options), announcedChannels()];
}
