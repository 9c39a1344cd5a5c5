import { type TracerProvider, trace } from '@opentelemetry/api';
import { survive } from '@tracelet/core';

/** What an OpenTelemetry instrumentation is, as far as it counts here. */
export interface InstrumentationLike {
  readonly instrumentationName?: string | undefined;
  setTracerProvider(provider: TracerProvider): void;
  enable(): void;
}

/**
 * An instrumentation, alone or with modules that are loaded already: `[new PgInstrumentation(), { pg }]`. Alone it
 * sees what `require` loads after it was made; with its modules it works in a bundle and in ES modules as well.
 */
export type InstrumentationEntry =
  | InstrumentationLike
  | readonly [InstrumentationLike, Readonly<Record<string, unknown>>];

/** What instrumentations keep of the modules that they patch; not part of their public types. */
interface ModuleDefinition {
  readonly name: string;
  patch?(exports: unknown, version?: string): unknown;
}

/** Registers OpenTelemetry instrumentations against the provider in force. One that throws is said once and left out. */
export function registerInstrumentations(entries: readonly InstrumentationEntry[]): void {
  for (const entry of entries) {
    const [instrumentation, modules] = isPair(entry) ? entry : ([entry, {}] as const);
    const name = instrumentation?.instrumentationName ?? 'without a name';
    survive(`instrumentation_failed:${name}`, `The instrumentation ${name}`, () => {
      instrumentation.setTracerProvider(trace.getTracerProvider());
      instrumentation.enable();
      const { _modules: definitions = [] } = instrumentation as { readonly _modules?: readonly ModuleDefinition[] };
      for (const definition of definitions) {
        if (definition.name in modules) definition.patch?.(modules[definition.name]);
      }
    });
  }
}

function isPair(entry: InstrumentationEntry): entry is Exclude<InstrumentationEntry, InstrumentationLike> {
  return Array.isArray(entry);
}
