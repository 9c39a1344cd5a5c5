// What platform teams and library authors write: presets, plugins, triggers, and what they are handed.
import type { Attributes, Context as OtelContext, Span, SpanKind, TextMapPropagator } from '@opentelemetry/api';
import {
  type BatchSettings,
  type Carrier,
  type ChainRule,
  type Channels,
  type Diagnosis,
  type Dispose,
  type DownstreamInfo,
  type DropRule,
  defaultIntegrations,
  defineLambda,
  disposePlugins,
  doctor,
  type Enforced,
  type Fields,
  type Finish,
  type IdentityVariables,
  type InstrumentationEntry,
  type InstrumentationLike,
  type InvocationInfo,
  itemContext,
  type KeepRules,
  type Lambda,
  type LogLevel,
  type LogMethod,
  type LogSettings,
  lambda,
  type Otlp,
  type Outcome,
  type Plugin,
  type PluginHost,
  type Preset,
  type ProcessOptions,
  type RecordInfo,
  type RecordSource,
  type Redact,
  type Redaction,
  type RedactionRules,
  type SamplingSettings,
  type Settings,
  type SpanOptions,
  type SpanPlan,
  type SpanStart,
  type StartedSpan,
  type TrustRemote,
  type XrayPolicy,
} from '@tracelet/lambda';
import { type DebugOnDemandOptions, debugOnDemand, type LoopGuardOptions, loopGuard } from '@tracelet/lambda/chain';
import { type Conformance, type ConformanceRules, conformance, harness, type PresetRules } from '@tracelet/testing';
import type { Context, DynamoDBRecord } from 'aws-lambda';
import { exactly, type Holds, type Same } from './proof.js';

// A plugin, every member of it.
export const watch: Plugin = {
  name: 'acme-watch',
  contract: 1,
  setup(host) {
    exactly<PluginHost>().of(host);
    exactly<1>().of(host.version);
    const plan: SpanStart = { name: 'load', kind: 2, attributes: { a: 1 } };
    const started = host.start(plan);
    exactly<StartedSpan | undefined>().of(started);
    if (started === undefined) return undefined;
    exactly<Span>().of(started.span);
    exactly<OtelContext>().of(started.context);
    exactly<Readonly<Record<string, string>>>().of(host.inject(started));
    host.say('acme_code', 'what', 'remedy');
    const dispose: Dispose = () => started.span.end();
    return dispose;
  },
  invocation(span, info) {
    exactly<Span>().of(span);
    exactly<InvocationInfo>().of(info);
    exactly<unknown>().of(info.event);
    exactly<Context>().of(info.context);
    exactly<string>().of(info.trigger);
    exactly<boolean>().of(info.coldStart);
    exactly<number>().of(info.deadlineMs);
    const finish: Finish = (outcome) => {
      exactly<Outcome>().of(outcome);
      exactly<boolean>().of(outcome.fault);
      exactly<string | undefined>().of(outcome.errorType);
    };
    return finish;
  },
  record: (span, info) => {
    exactly<RecordInfo>().of(info);
    exactly<unknown>().of(info.record);
    return ({ fault }) => void span.setAttribute('acme.failed', fault);
  },
  downstream(_span, info) {
    exactly<DownstreamInfo>().of(info);
    exactly<string>().of(info.name);
    exactly<SpanKind>().of(info.kind);
    exactly<Attributes>().of(info.attributes);
  },
};
export const least: Plugin = { name: 'nothing' };
exactly<readonly Plugin[]>().of(defaultIntegrations({ propagateTo: ['a.example', /b/] }));
exactly<void>().of(disposePlugins());

// A preset, every member of it.
declare const instrumentation: InstrumentationLike;
declare const propagator: TextMapPropagator;
export const keep: KeepRules = { faults: true, coldStarts: true, slowerThanMs: 500, httpStatus: [500, 503] };
export const drop: DropRule = { trigger: 'alb', route: /^\/health/, matches: (event) => event === null };
export const debug: DebugOnDemandOptions = { token: '0123456789abcdef', trustHttp: true };
export const guard: LoopGuardOptions = { maxHops: 20 };
exactly<ChainRule>().of(debugOnDemand(debug));
export const sampling: SamplingSettings = {
  ratio: 0.1,
  keep: { ...keep, partialFailures: true },
  logs: 'kept',
  drop: [drop],
  debug: debugOnDemand(debug),
};
export const redact: Redact = (key, value) => (key === 'email' ? '[REDACTED]' : value);
export const redaction: Redaction = { keys: ['email', /^iban/], patterns: [/\d{16}/], value: redact };
export const rules: readonly RedactionRules[] = [redact, redaction, [redact, redaction]];
export const otlp: Otlp = {
  url: 'https://collector.example',
  headers: async () => ({ key: 'secret' }),
  sign: ({ body, headers, method, url }) => ({
    signed: `${method} ${url} ${body.length} ${Object.keys(headers).length}`,
  }),
  encoding: 'json',
  compression: 'gzip',
};
export const batch: BatchSettings = {
  failures: 'report',
  onAllFailed: 'report',
  concurrency: 5,
  maxRecordSpans: Infinity,
};
export const trust: readonly TrustRemote[] = ['link', { http: 'link' }];
export const policies: readonly XrayPolicy[] = ['ignore', 'link', 'parent-if-sampled', 'parent'];
export const logs: LogSettings = { level: 'warn', destination: 'both', correlationId: { '*': 'headers.x-id' } };
export const identity: IdentityVariables = { 'deployment.environment.name': 'STAGE', team: ['TEAM', 'OWNER'] };
export const entries: readonly InstrumentationEntry[] = [instrumentation, [instrumentation, { pg: {} }]];
export const enforced: Enforced = {
  attributes: { company: 'acme' },
  require: ['team'],
  batch,
  resource: { owner: 'platform' },
  identity,
  exporter: otlp,
  xray: 'link',
  redact: redaction,
  sampling: { ratio: 1 },
};
export const settings: Settings = {
  attributes: { tier: 'gold', tags: ['a'], hot: true, size: 7 },
  batch,
  loopGuard: loopGuard(guard),
  plugins: [watch, least],
  queueSpan: true,
  redact: [redact, redaction],
  sampling,
  triggers: [],
};
export const process_: ProcessOptions = {
  service: { name: 'shop', namespace: 'acme', version: '7' },
  resource: { owner: 'shop' },
  identity,
  exporter: 'xray',
  xray: 'parent',
  trustRemote: 'link',
  propagators: [propagator],
  flush: { mode: 'before-response', timeoutMs: 500, deadlineMarginMs: 80 },
  propagateTo: ['a.example'],
};
export const preset: Preset = { ...settings, ...process_, logs, instrumentations: entries, enforce: enforced };
exactly<Lambda>().of(defineLambda(preset));
export type Parts = [
  Holds<Preset extends Settings ? true : false>,
  Holds<Preset extends ProcessOptions ? true : false>,
  Holds<Same<Preset['enforce'], Enforced | undefined>>,
];

// What a library author is handed besides.
export const plan: SpanPlan = { name: 'mail', attributes: {} };
export const source: Pick<RecordSource<string, string, number>, 'list' | 'id' | 'respond'> = {
  list: (event) => [event],
  id: (record) => record,
  respond: (ids) => ids.length,
};
exactly<(record: DynamoDBRecord) => Carrier | undefined>().of(itemContext('trace'));
export const options: SpanOptions = { kind: 1, attributes: {} };
exactly<Diagnosis>().of(doctor());
exactly<number | undefined>().of(doctor().counts?.produced);
export const method: LogMethod = (message, fields) => void [message, fields];
export const fields: Fields = { a: 1, level: 'info' satisfies LogLevel };
export const flushed: Channels['tracelet:flush'] = { durationMs: 1 };

// A fleet is held to its preset.
export const asked: ConformanceRules = {
  require: ['team'],
  forbid: ['email', /^raw/],
  attributeNames: /^acme\./,
  maxSpans: 9,
};
export const presetRules: PresetRules = preset;
export const acme = conformance(preset, { ...asked, spanNames: /./ });
exactly<Conformance>().of(acme);
export async function check(): Promise<readonly string[]> {
  return acme.violations(
    await harness().run(
      lambda(async (event: string) => event),
      'e',
    ),
  );
}

// Mistakes.
// @ts-expect-error
export const nameless: Plugin = { contract: 1 };
// @ts-expect-error
export const finishes: Plugin = { name: 'x', invocation: () => 'done' };
// @ts-expect-error
export const asyncHook: Plugin = { name: 'x', invocation: async () => () => undefined };
export const writes: Plugin = {
  name: 'x',
  invocation(_span, info) {
    // @ts-expect-error
    info.event = 1;
  },
};
// @ts-expect-error
defineLambda({ identity: { stage: 7 } });
// @ts-expect-error
defineLambda({ enforce: { identity: 'STAGE' } });
// @ts-expect-error
defineLambda({ enforce: { require: 'team' } });
// @ts-expect-error
defineLambda({ redact: { key: ['email'] } });
// @ts-expect-error
defineLambda({ sampling: { ratio: '10%' } });
// @ts-expect-error
defineLambda({ sampling: { keep: { slow: 500 } } });
// @ts-expect-error
defineLambda({ logs: { level: 'notice' } });
// @ts-expect-error
lambda.with({ enforce: {} });
// @ts-expect-error
lambda.with({ resource: { owner: 'shop' } });
// @ts-expect-error
debugOnDemand({});
// @ts-expect-error
loopGuard({ maxHops: '20' });
// @ts-expect-error
conformance(preset, { forbid: 'email' });
