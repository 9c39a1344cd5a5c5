import { trace } from '@opentelemetry/api';
import {
  idlePipeline,
  makeHost,
  makeRedactor,
  makeSandbox,
  type Pipeline,
  rehearse,
  setUpPlugins,
  shared,
  watchLoading,
} from '@tracelet/core';
import { defaultIntegrations, registerInstrumentations } from '@tracelet/instrument';
import { log } from '@tracelet/logger';
import { isDisabled, readEnv, startSdk } from '@tracelet/sdk';
import { inLambda } from './in-lambda.ts';
import { type Preset, sayDisagreement } from './preset.ts';

/**
 * The process's pipeline, built on first use: environment and preset in, provider, delivery and integrations out.
 *
 * Outside Lambda it has no exporter, opens no socket, sets no timer and registers nothing; spans go to the global
 * provider if the application has one. `OTEL_SDK_DISABLED=true` switches it off everywhere.
 */
export function processPipeline(preset: Preset): Pipeline {
  const state = shared();
  if (state.pipeline !== undefined) {
    sayDisagreement(state.preset ?? {}, preset);
    return state.pipeline;
  }
  state.preset = preset;
  state.pipeline = build(preset);
  return state.pipeline;
}

function build(preset: Preset): Pipeline {
  const state = shared();
  const { enforce, logs } = preset;
  const redact = makeRedactor(preset.redact, enforce?.redact);
  const logging = { log, logs, redact };
  if (isDisabled(process.env)) return idlePipeline({ enabled: false, ...logging });
  if (!inLambda()) {
    // For the sake of its complaints: a test shall find what Lambda would.
    readEnv(process.env);
    return idlePipeline({ tracer: trace.getTracer('@tracelet/lambda'), ...logging });
  }
  const sdk = startSdk(process.env, preset, redact, (tracer) => {
    // Neither the user's rules nor what holds lines shall see one that never was.
    const isSeen = preset.redact || enforce?.redact || state.logGate;
    rehearse({ tracer, ...(!isSeen && { log }) });
  });
  const sandbox = makeSandbox();
  watchLoading(sandbox);
  const host = makeHost(sdk.tracer);
  setUpPlugins(defaultIntegrations({ propagateTo: preset.propagateTo }), host);
  registerInstrumentations(preset.instrumentations ?? []);
  return { enabled: true, ...logging, sandbox, host, ...sdk };
}
