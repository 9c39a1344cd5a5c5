import { defined } from './defined.ts';
import type { Otlp, ProcessOptions } from './process-options.ts';

/**
 * Says a preset in the words of the environment, so that one set of rules reads both: the preset's variables are
 * defaults below the real ones, what it enforces replaces them.
 */
export function presetEnvironment(env: NodeJS.ProcessEnv, options: ProcessOptions): NodeJS.ProcessEnv {
  const { exporter = options.exporter, ...enforced } = options.enforce ?? {};
  const preset = variablesOf({ ...options, ...enforced, exporter });
  const forced = variablesOf(options.enforce ?? {});
  // Spans shall go to it, whatever it says besides.
  if (typeof options.enforce?.exporter === 'object') forced.OTEL_TRACES_EXPORTER = 'otlp';
  const outvoted = (name: string): boolean => {
    const [, setting] = OF_ONE_SIGNAL.exec(name) ?? [];
    if (setting === undefined) return false;
    return 'OTEL_EXPORTER_OTLP_ENDPOINT' in forced || `OTEL_EXPORTER_OTLP_${setting}` in forced;
  };
  const ratio = options.enforce?.sampling?.ratio ?? (env.OTEL_TRACES_SAMPLER ? undefined : options.sampling?.ratio);
  // Most presets say nothing of it, and a copy of the environment takes 0.4 ms of a cold start.
  if (ratio === undefined && Object.keys({ ...preset, ...forced }).length === 0) return env;
  const real = Object.entries(env).filter(([name, value]) => value !== '' && !outvoted(name));
  const variables = { ...preset, ...Object.fromEntries(real), ...forced };
  if (ratio === undefined) return variables;
  // Two variables that are one: the argument says nothing by itself.
  return { ...variables, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: String(ratio) };
}

// A variable for one signal would go before the enforced one for all.
const OF_ONE_SIGNAL = /^OTEL_EXPORTER_OTLP_(?:TRACES|LOGS)_(.+)$/;

function variablesOf({ exporter, flush, logs, xray }: ProcessOptions): NodeJS.ProcessEnv {
  const otlp: Otlp = typeof exporter === 'object' && !('export' in exporter) ? exporter : {};
  const none = exporter === 'none' ? exporter : undefined;
  const toOtlp = logs?.destination === 'otlp' || logs?.destination === 'both';
  const headers = typeof otlp.headers === 'object' ? otlp.headers : undefined;
  return defined({
    OTEL_TRACES_EXPORTER: exporter === 'stdout' ? 'console' : exporter === 'xray' ? exporter : none,
    OTEL_LOGS_EXPORTER: none ?? (toOtlp ? 'otlp' : undefined),
    TRACELET_LOG_STDOUT: logs?.destination === 'otlp' ? 'false' : undefined,
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: otlp.encoding && `http/${otlp.encoding}`,
    OTEL_EXPORTER_OTLP_COMPRESSION: otlp.compression,
    OTEL_EXPORTER_OTLP_HEADERS: headers && encodePairs(headers),
    TRACELET_XRAY: xray,
    TRACELET_FLUSH: flush?.mode,
    TRACELET_FLUSH_TIMEOUT: flush?.timeoutMs?.toString(),
    TRACELET_DEADLINE_MARGIN: flush?.deadlineMarginMs?.toString(),
  });
}

function encodePairs(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join(',');
}
