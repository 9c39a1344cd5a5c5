import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { idlePipeline, type Pipeline } from './pipeline.ts';
import { defaultSettings } from './preset.ts';
import { run } from './run.ts';
import { prepareStdout } from './stdout.ts';

/**
 * Plays one invocation that nobody sees, while the environment is initialised: so the first real one finds its code
 * compiled, and a small function, whose invocations get 7 % of a CPU, does not wait for that.
 *
 * No handler, plugin or flusher is called, no line written and nothing published; its spans go to the tracer's provider.
 *
 * @param parts A tracer whose spans are thrown away, and the log unless something of the user's would see its lines.
 */
export function rehearse(parts: Pick<Pipeline, 'tracer'> & Partial<Pick<Pipeline, 'log'>>): void {
  const nowMs = Date.now();
  const sandbox = { initializationType: 'on-demand', startedAtMs: nowMs, loadedAtMs: nowMs, invocations: 0 };
  const stage = idlePipeline({ ...parts, enabled: false, sandbox, writeLine: prepareStdout });
  const options = { pipeline: () => stage, settings: defaultSettings };
  void run(options, event, context, () => stage.log.info('rehearsal', { of: 'a line' }), 'promise');
}

const context = {
  awsRequestId: '8476a536-e9f4-11e8-9739-2dfe598c3fcd',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:rehearsal',
} as Context;

/** Of the kind that most functions have whose callers wait. */
const event = {
  version: '2.0',
  routeKey: 'GET /rehearsal',
  headers: { host: 'localhost', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  requestContext: { http: { method: 'GET', path: '/rehearsal', protocol: 'HTTP/1.1' } },
} as unknown as APIGatewayProxyEventV2;
