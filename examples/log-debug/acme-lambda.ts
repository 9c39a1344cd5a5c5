import { defineLambda } from '@tracelet/lambda';
import { debugLogs } from '@tracelet/lambda/debug-logs';
import { invocationSummary } from '@tracelet/lambda/summary';

export const lambda = defineLambda({
  // Plugins end in reverse order, so that the summary is the last line of an invocation.
  plugins: [invocationSummary(), debugLogs({ ratio: 0.01, maxBytes: 65_536 })],
  logs: { level: 'info', correlationId: { sqs: 'record.messageAttributes.correlationId.stringValue' } },
});
