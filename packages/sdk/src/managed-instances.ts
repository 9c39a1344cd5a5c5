import { isMainThread } from 'node:worker_threads';
import { diagnose } from '@tracelet/core';
import { registerExtension } from './extension.ts';
import { DRAIN, drainChannel } from './timed-flusher.ts';

/**
 * Passes the end of the process on to the worker threads that run the handlers on Lambda Managed Instances, so that
 * what they have recorded leaves. Only the main thread gets a SIGTERM, and only with an extension; so this registers
 * one, for no events. Elsewhere it does nothing.
 *
 * To be called in a preload, which runs before the handlers are loaded: the entry `@tracelet/lambda/managed-instances`
 * does so by being imported.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html
 */
export function drainOnTerminate(env: NodeJS.ProcessEnv = process.env): void {
  const { AWS_LAMBDA_MAX_CONCURRENCY: concurrency, AWS_LAMBDA_RUNTIME_API: api } = env;
  if (!isMainThread || !concurrency || !api) return;
  registerExtension(api, {
    events: [],
    registered: (poll) => poll(),
    invoked: () => {},
    lost: () => {},
    refused(reason) {
      const what = `spans may be lost when the environment ends, because no SIGTERM is to be expected: ${reason}`;
      diagnose('no_sigterm', what, 'Free one of the ten slots for extensions.');
    },
  });
  const channel = drainChannel();
  // With a listener the process stays until Lambda ends it, after the workers have had their time.
  process.on('SIGTERM', () => channel.postMessage(DRAIN));
}
