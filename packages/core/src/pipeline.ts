import { ProxyTracerProvider, type Span, type Tracer } from '@opentelemetry/api';
import type { Sandbox } from './cold-start.ts';
import { makeSandbox } from './cold-start.ts';
import type { Flusher } from './flush.ts';
import type { Log, LogRecord, LogSettings } from './log.ts';
import type { Plugin, PluginHost } from './plugin.ts';
import { makeRedactor, type Redactor } from './redactor.ts';
import type { TrustRemote } from './trust-remote.ts';
import type { XrayPolicy } from './xray.ts';

/**
 * What an invocation needs from the process: where spans come from, where they go, and the rules in force. Plain data,
 * made once by the first wrap (or by a test harness) and never changed.
 */
export interface Pipeline {
  /**
   * `false` switches the wrapper off: handlers run bare, batch wrappers still do their work, no plugin is called and
   * nothing published.
   */
  readonly enabled: boolean;
  readonly tracer: Tracer;
  readonly flusher: Flusher;
  readonly log: Log;
  /** Sends a log record to OTLP; absent when logs go to stdout alone. */
  readonly emitLog?: ((record: LogRecord) => void) | undefined;
  /** Writes a log line elsewhere than to stdout; for test harnesses, and where logs go to OTLP alone. */
  readonly writeLine?: ((line: string) => void) | undefined;
  readonly logs?: LogSettings | undefined;
  /** What must not leave the process. */
  readonly redact: Redactor;
  /**
   * Records an exception as a log record bound to the span; absent unless the conventions' switch asks for it.
   *
   * @returns Whether the span shall have its event all the same.
   */
  readonly recordException?: ((span: Span, error: unknown) => boolean) | undefined;
  readonly plugins: readonly Plugin[];
  /** Given to plugins as they are set up; absent where nothing may be patched or subscribed to. */
  readonly host?: PluginHost | undefined;
  readonly sandbox: Sandbox;
  readonly xray: XrayPolicy;
  /** Whether a caller's trace context becomes the parent or a link. */
  readonly trustRemote: TrustRemote;
  /** Says what the process is set to and what became of its telemetry, for people; absent outside Lambda. */
  readonly describe?: (() => Readonly<Record<string, unknown>>) | undefined;
  /** Starts root spans in the given trace while `fn` runs synchronously; absent with a foreign provider. */
  readonly inTrace?: (<T>(traceId: string, fn: () => T) => T) | undefined;
}

const silent = (): void => {};
const silentLog: Log = {
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
  with: () => silentLog,
  set: silent,
};

/** A pipeline that records nothing and sends nothing; the base for every other one. */
export function idlePipeline(parts: Partial<Pipeline> = {}): Pipeline {
  return {
    enabled: true,
    tracer: new ProxyTracerProvider().getTracer('@tracelet/core'),
    flusher: { flush: async () => {} },
    log: silentLog,
    plugins: [],
    redact: makeRedactor(),
    sandbox: makeSandbox(),
    xray: 'link',
    trustRemote: 'parent',
    ...parts,
  };
}
