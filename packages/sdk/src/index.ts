// For applications: types of a preset.
export type { ExporterLike } from './exporter-delivery.ts';
export type { ProviderLike } from './foreign-provider.ts';
export type { IdentityVariables } from './identity.ts';
export type { Otlp, ProcessOptions } from './process-options.ts';
export type { HeaderSource, OutgoingRequest, SignRequest } from './request-headers.ts';

// For the other packages of tracelet.
export { type Environment, environmentSettings, isDisabled, readEnv } from './env.ts';
export type { OtlpResource, OtlpSpan } from './otlp/otlp-data.ts';
export { makeProvider, type Provider, type ProviderParts } from './provider.ts';
export type { Counts } from './outbox.ts';
export { redactSpan } from './redact-span.ts';
export { type Facts, type Sdk, startSdk } from './sdk.ts';
export { type SpanIdentity, spanLike } from './span-like.ts';
