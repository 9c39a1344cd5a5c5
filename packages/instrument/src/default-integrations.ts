import type { Plugin } from '@tracelet/core';
import { nodeHttp } from './node-http.ts';
import type { PropagationOptions } from './propagation.ts';
import { undiciFetch } from './undici-fetch.ts';

/** What is traced unless somebody says otherwise: `node:http`, `node:https`, `fetch` and undici. */
export function defaultIntegrations(options: PropagationOptions = {}): readonly Plugin[] {
  return [nodeHttp(options), undiciFetch(options)];
}
