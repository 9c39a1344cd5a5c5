import { lambda, span } from '@tracelet/lambda';
import { type Work, work } from './work.ts';

/** Traces only: no line is logged. */
export const handler: (event: Work, context: never) => Promise<unknown> = lambda(async (event: Work) =>
  work(event, span),
);
