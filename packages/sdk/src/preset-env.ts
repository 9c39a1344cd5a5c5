import type { Otlp, ProcessOptions } from './process-options.ts';

/**
 * Says a preset in the words of the environment, so that one set of rules reads both: the preset's variables are
 * defaults below the real ones, what it enforces replaces them.
 */
export function presetEnvironment(env: NodeJS.ProcessEnv, options: ProcessOptions): NodeJS.ProcessEnv {
  const { enforce = {}, ...preset } = options;
  const forced = { ...exporterVariables(enforce.exporter), ...policyVariables(enforce) };
  const real = Object.entries(env).filter(
    ([name, value]) => value !== '' && !(forces(forced) && SIGNAL_ENDPOINT.test(name)),
  );
  return {
    ...exporterVariables(preset.exporter),
    ...policyVariables(preset),
    ...Object.fromEntries(real),
    ...forced,
  };
}

// A variable for one signal would go before the enforced one for all.
const SIGNAL_ENDPOINT = /^OTEL_EXPORTER_OTLP_(TRACES|LOGS)_|^OTEL_(TRACES|LOGS)_EXPORTER$/;

function forces(forced: NodeJS.ProcessEnv): boolean {
  return 'OTEL_EXPORTER_OTLP_ENDPOINT' in forced;
}

function exporterVariables(exporter: ProcessOptions['exporter']): NodeJS.ProcessEnv {
  if (exporter === 'stdout') return { OTEL_TRACES_EXPORTER: 'console' };
  if (exporter === 'none') return { OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
  if (exporter === undefined || 'export' in exporter) return {};
  const { compression, encoding, headers, url }: Otlp = exporter;
  return defined({
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: encoding && `http/${encoding}`,
    OTEL_EXPORTER_OTLP_COMPRESSION: compression,
    OTEL_EXPORTER_OTLP_HEADERS: headers && pairs(headers),
  });
}

function policyVariables({ flush, xray }: ProcessOptions): NodeJS.ProcessEnv {
  return defined({
    TRACELET_XRAY: xray,
    TRACELET_FLUSH_TIMEOUT: flush?.timeoutMs === undefined ? undefined : String(flush.timeoutMs),
  });
}

function pairs(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join(',');
}

function defined(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}
