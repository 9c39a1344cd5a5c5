import {
  createContextKey,
  type Context as OtelContext,
  context as otelContext,
  propagation,
  type Tracer,
} from '@opentelemetry/api';
import { diagnose, sayFailure } from './diagnose.ts';
import { watchDownstream } from './downstream.ts';
import type { Plugin, PluginHost } from './plugin.ts';
import { guardPlugin } from './plugin-hooks.ts';
import { shared } from './shared.ts';
import { openSpan } from './span.ts';
import { activate } from './span-layer.ts';

// The key is a global symbol made of this text, so OpenTelemetry's own exporters and ours suppress each other.
const SUPPRESS = /* @__PURE__ */ createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Tells whether spans are unwanted in a context: an exporter is at work in it. */
export function isSuppressed(context: OtelContext): boolean {
  return context.getValue(SUPPRESS) === true;
}

/** Makes what plugins get to work with. */
export function makeHost(tracer: Tracer): PluginHost {
  return {
    version: 1,
    start(plan) {
      const parent = otelContext.active();
      if (isSuppressed(parent)) return undefined;
      const span = openSpan(tracer, plan.name, plan, parent);
      watchDownstream(span, plan);
      return { span, context: activate(parent, span) };
    },
    inject({ context }) {
      const headers: Record<string, string> = {};
      try {
        propagation.inject(context, headers);
      } catch (error) {
        sayFailure('inject_failed', 'A propagator', error);
      }
      return headers;
    },
    say: diagnose,
  };
}

/** Sets plugins up, each name once per process: a second object of the same integration would double its spans. */
export function setUpPlugins(plugins: readonly Plugin[], host: PluginHost): void {
  const { plugins: known } = shared();
  for (const plugin of plugins) {
    if (known.has(plugin.name)) continue;
    known.set(
      plugin.name,
      guardPlugin(plugin, () => plugin.setup?.(host), undefined),
    );
  }
}

/** Undoes what the set-up of every plugin did, last first; then each may be set up again. For tests. */
export function disposePlugins(): void {
  const { plugins: known } = shared();
  for (const [name, dispose] of [...known].reverse()) {
    known.delete(name);
    if (typeof dispose === 'function') guardPlugin({ name }, () => dispose(), undefined);
  }
}
