// For presets: what is traced, and which hosts get our headers.
export { defaultIntegrations } from './default-integrations.ts';
export { nodeHttp } from './node-http.ts';
export type { PropagationOptions } from './propagation.ts';
export { undiciFetch } from './undici-fetch.ts';

// For library authors.
export { fromTracingChannel, type TracingChannelSpec } from './tracing-channel.ts';
