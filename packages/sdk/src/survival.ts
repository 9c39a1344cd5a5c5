import { diagnose, type Flusher, type Plugin, SCHEMA_URL } from '@tracelet/core';
import { type Lost, openBreadcrumb } from './breadcrumb.ts';
import { makeClock } from './clock.ts';
import type { Environment } from './env.ts';
import { evidenceSpan } from './evidence.ts';
import { listenForTheEnd } from './last-words.ts';
import { makeLifeGuard } from './life-guard.ts';
import type { OtlpResource } from './otlp/otlp-data.ts';
import { VERSION } from './otlp/version.ts';
import type { Outputs } from './outputs.ts';

/** What {@link surviveWith} is given. */
export interface SurvivalOptions {
  readonly environment: Environment;
  readonly resource: OtlpResource;
  readonly outputs: Pick<Outputs, 'addSpan' | 'counts' | 'lose'>;
  /** Sends what has been recorded, at once. */
  readonly flusher: Flusher;
}

/** What keeps evidence while the process runs. */
export interface Survival {
  readonly plugin: Plugin;
  /** The flusher, which notes what would be lost before and after it sends. */
  readonly flusher: Flusher;
}

/**
 * Sees to it that time-outs and crashes leave a span: what the process before this one left behind is told now, and this
 * one leaves its own traces.
 */
export function surviveWith({ environment, flusher: bare, outputs, resource }: SurvivalOptions): Survival {
  const { addSpan, counts } = outputs;
  const { breadcrumbPath, deadlineMarginMs: marginMs, lambda } = environment;
  const breadcrumb = breadcrumbPath === undefined ? undefined : openBreadcrumb(breadcrumbPath);
  let noted = 0;
  const note = (): void => {
    const { retained } = counts();
    if (retained !== noted) breadcrumb?.undelivered(retained);
    noted = retained;
  };
  const flusher: Flusher = {
    async flush(deadlineMs) {
      note();
      await bare.flush(deadlineMs);
      note();
    },
  };
  if (breadcrumb) tell(breadcrumb.lost);
  const guard = makeLifeGuard({ marginMs, now: makeClock(), addSpan, flusher, counts, breadcrumb });
  listenForTheEnd({ guard, breadcrumb, flusher, counts });
  return { plugin: guard.plugin, flusher };

  function tell(lost: Lost): void {
    const scope = { name: '@tracelet/lambda', version: VERSION, schemaUrl: SCHEMA_URL };
    const scene = { resource, scope, startedAtMs: performance.timeOrigin, memoryMb: lambda.memoryMb };
    const evidence = evidenceSpan(lost, scene);
    if (evidence) addSpan(evidence);
    if (lost.undelivered <= 0) return;
    outputs.lose(lost.undelivered);
    const what = `${lost.undelivered} spans and log records were lost with the process before this one`;
    diagnose('export_dropped:process_died', what, 'Look at why it died, and why they had not been delivered.');
  }
}
