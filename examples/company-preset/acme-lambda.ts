import { defineLambda, type Lambda, type Preset } from '@tracelet/lambda';

export { json, log, span } from '@tracelet/lambda';

/** What holds for every function of Acme. */
export const preset: Preset = {
  // Defaults: environment variables and functions may say otherwise.
  attributes: { 'acme.tier': 'standard' },
  batch: { concurrency: 5 },
  logs: { level: 'info' },
  // Rules: nobody may.
  enforce: {
    attributes: { 'acme.company': 'acme' },
    require: ['acme.team'],
    batch: { failures: 'throw' },
    // Where ACME_STAGE is not set, the resource says so.
    resource: { 'deployment.environment.name': 'unknown' },
    identity: { 'deployment.environment.name': 'ACME_STAGE', 'service.namespace': 'ACME_TEAM' },
    exporter: { url: 'http://collector.acme.internal:4318' },
    redact: (key, value) => (key === 'email' ? '[REDACTED]' : value),
  },
};

export const lambda: Lambda = defineLambda(preset);
