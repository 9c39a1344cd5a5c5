import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalRuntime, type RuntimeOptions, type Sink, startRuntime, startSink } from '@tracelet/testing';
import { bundle, type Format } from '../../scripts/bundle.ts';

/** A function of `fixtures/`, bundled once for each module format. */
export interface Bundles {
  /** The folder to run, its file being `index`. */
  of(fixture: string, format?: Format): Promise<string>;
  dispose(): void;
}

/** Bundles fixtures on first use; call `dispose` when the file's tests are over. */
export function makeBundles(): Bundles {
  const root = mkdtempSync(join(tmpdir(), 'tracelet-lifecycle-'));
  const made = new Map<string, Promise<string>>();
  return {
    of(fixture, format = 'esm') {
      const directory = join(root, `${fixture}-${format}`);
      const entry = join(import.meta.dirname, 'fixtures', `${fixture}.ts`);
      const done = made.get(directory) ?? bundle({ entry, directory, format }).then(() => directory);
      made.set(directory, done);
      return done;
    },
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A runtime with a backend, and what is to be read of them. */
export interface Scene {
  readonly runtime: LocalRuntime;
  readonly sink: Sink;
}

/** Runs `play` with a sink and a runtime that sends to it, and ends both. */
export async function onScene(options: RuntimeOptions, play: (scene: Scene) => Promise<void>): Promise<void> {
  const sink = await startSink();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ...options.env };
  const runtime = await startRuntime({ ...options, env });
  try {
    await play({ runtime, sink });
  } finally {
    await runtime.shutdown();
    await sink.close();
  }
}

/** What the process asked of Lambda, in order: `register`, `event/next`, `next`, `response`, `error`. */
export function callNames({ calls }: LocalRuntime): readonly string[] {
  return calls.map(({ path }) => /(register|event\/next|next|response|error)$/.exec(path)?.[1] ?? path);
}
