import type { Attributes, TextMapPropagator } from '@opentelemetry/api';
import type { LogSettings, SamplingSettings, TrustRemote, XrayPolicy } from '@tracelet/core';
import type { ExporterLike } from './exporter-delivery.ts';
import type { ProviderLike } from './foreign-provider.ts';
import type { IdentityVariables } from './identity.ts';
import type { HeaderSource, SignRequest } from './request-headers.ts';

/** An OTLP/HTTP endpoint, for what environment variables do not say. */
export interface Otlp {
  /** Base address; `/v1/traces` and `/v1/logs` are appended. Default: `http://localhost:4318`. */
  readonly url?: string | undefined;
  /**
   * Headers of every request, or a function that fetches them, from a secrets manager say: it is asked once in five
   * minutes, within the time of a flush. While it fails, telemetry is kept.
   */
  readonly headers?: HeaderSource | undefined;
  /** Gives more headers for each request by its final bytes, such as `sigv4()` of `@tracelet/lambda/sigv4`. */
  readonly sign?: SignRequest | undefined;
  /** Default: `protobuf`. */
  readonly encoding?: 'protobuf' | 'json' | undefined;
  /** Default: `none`. Bodies under 1 KiB are never compressed. */
  readonly compression?: 'none' | 'gzip' | undefined;
}

/** What the process is told once: who it is, where telemetry goes, and how contexts are treated. */
export interface ProcessOptions {
  /** Default name: the function's. The environment (`OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`) wins. */
  readonly service?:
    | {
        readonly name?: string | undefined;
        readonly namespace?: string | undefined;
        readonly version?: string | undefined;
      }
    | undefined;
  /** More resource attributes; the environment wins. */
  readonly resource?: Attributes | undefined;
  /**
   * Resource attributes by the environment variable of yours that has them, or the first of several that is set:
   * `{ 'deployment.environment.name': 'ACME_STAGE' }`. It comes before `resource`, which has what applies where none is
   * set; `OTEL_RESOURCE_ATTRIBUTES` wins.
   */
  readonly identity?: IdentityVariables | undefined;
  /**
   * Where spans go: an OTLP endpoint, a `SpanExporter` of yours, OTLP/JSON lines on `stdout`, the X-Ray
   * daemon of a function with active tracing, or nowhere. For an OTLP
   * endpoint the `OTEL_EXPORTER_OTLP_*` variables win.
   */
  readonly exporter?: Otlp | ExporterLike | 'stdout' | 'xray' | 'none' | undefined;
  /** A tracer provider of yours, in place of the built-in one; it brings its own exporter. */
  readonly provider?: ProviderLike | undefined;
  /** What an incoming X-Ray header means. Default: `link`; `parent` when `OTEL_PROPAGATORS` names `xray`. */
  readonly xray?: XrayPolicy | undefined;
  /**
   * Whether callers' trace context becomes the parent or a link, for all triggers or by their kind: `{ http: 'link' }`
   * for a public endpoint whose callers shall not decide on sampling. Default: `parent`.
   */
  readonly trustRemote?: TrustRemote | undefined;
  /**
   * Propagators beside those of `OTEL_PROPAGATORS`, such as `foreignHeaders` of `@tracelet/sdk/foreign-headers`. A parent
   * that one of the environment's finds wins.
   */
  readonly propagators?: readonly TextMapPropagator[] | undefined;
  /** How lines are logged; of these the SDK reads `destination`. */
  readonly logs?: LogSettings | undefined;
  /** Which invocations are worth their spans; of this the SDK reads `ratio`. */
  readonly sampling?: SamplingSettings | undefined;
  /** When telemetry is sent, and how long that may take. */
  readonly flush?:
    | {
        /**
         * After the response, by an internal extension of this process, or before it. Default: `after-response`;
         * streaming and callback handlers, and Managed Instances, have their own way.
         */
        readonly mode?: 'after-response' | 'before-response' | undefined;
        /** How long a flush may take, in milliseconds. Default: 1,000. */
        readonly timeoutMs?: number | undefined;
        /**
         * How long before its time-out an invocation is reported as timed out, in milliseconds; at least 1 % of its
         * time. 0 switches that and the evidence of crashes off. Default: 50.
         */
        readonly deadlineMarginMs?: number | undefined;
      }
    | undefined;
  /** Hosts that get our headers on outgoing calls. Default: all; baggage goes to AWS and to hosts named here only. */
  readonly propagateTo?: readonly (string | RegExp)[] | undefined;
  /** What neither code nor environment overrides. */
  readonly enforce?: Pick<ProcessOptions, 'resource' | 'identity' | 'exporter' | 'sampling' | 'xray'> | undefined;
}
