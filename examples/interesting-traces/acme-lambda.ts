import { defineLambda, type Lambda } from '@tracelet/lambda';
import { debugOnDemand, loopGuard } from '@tracelet/lambda/chain';
import { debugLogs } from '@tracelet/lambda/debug-logs';

const { ACME_DEBUG_TOKEN: token } = process.env;

export const lambda: Lambda = defineLambda({
  sampling: {
    // One trace in ten of those that begin here; who is called follows the caller.
    ratio: 0.1,
    // Of the rest, what one would look for.
    keep: { faults: true, coldStarts: true, slowerThanMs: 2000, httpStatus: [409, 429], partialFailures: true },
    // What nobody looks for.
    drop: [
      { route: '/health' },
      { matches: (event) => (event as { source?: unknown }).source === 'serverless-plugin-warmup' },
    ],
    // Everything of one chain of calls, for whoever knows the token.
    ...(token && { debug: debugOnDemand({ token }) }),
  },
  loopGuard: loopGuard({ maxHops: 20 }),
  // Debug lines are held, and written of each invocation that is kept.
  plugins: [debugLogs()],
});
