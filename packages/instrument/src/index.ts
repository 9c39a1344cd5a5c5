// For presets: what is traced, and which hosts get our headers.
export { defaultIntegrations } from './default-integrations.ts';
export { http2Calls } from './http2-calls.ts';
export { type InstrumentationEntry, type InstrumentationLike, registerInstrumentations } from './instrumentations.ts';
export { nodeHttp } from './node-http.ts';
export type { PropagationOptions } from './propagation.ts';
export { undiciFetch } from './undici-fetch.ts';

// For library authors.
export { type Announcement, announcedChannels } from './announced-channels.ts';
export { fromTracingChannel, type LibraryChannel, type TracingChannelSpec } from './tracing-channel.ts';
