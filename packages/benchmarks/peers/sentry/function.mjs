import * as Sentry from '@sentry/aws-serverless';
import { work } from '../../src/functions/work.ts';

Sentry.init({ dsn: process.env.BENCH_SENTRY_DSN, tracesSampleRate: 1 });

const traced = (name, run) => Sentry.startSpan({ name, op: 'queue.process' }, run);

// On Node 24 the invocation has a span only when the SDK is preloaded, which costs more, or when one is started here.
export const handler = Sentry.wrapHandler(async (event) =>
  Sentry.startSpan({ name: 'bench', op: 'function.aws.lambda' }, () => work(event, traced)),
);
