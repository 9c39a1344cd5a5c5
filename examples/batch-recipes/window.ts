import { lambda } from '@tracelet/lambda';
import type { KinesisStreamTumblingWindowEvent } from 'aws-lambda';

interface State {
  readonly clicks?: number;
}

/** A tumbling window: Lambda keeps the state that one invocation returns, and hands it to the next. */
export const handler = lambda(async (event: KinesisStreamTumblingWindowEvent): Promise<{ state: State }> => {
  const { clicks = 0 }: State = event.state ?? {};
  return { state: { clicks: clicks + event.Records.length } };
});
