import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A function under the real runtime client 4 in the mode of Managed Instances: many invocations at once, in threads. */
export interface ManyAtOnce {
  /** Hands out all events, each to whichever thread asks first, and waits for the answers. */
  invokeAll(events: readonly unknown[]): Promise<readonly unknown[]>;
  /** What the process has printed so far. */
  lines(): readonly string[];
  /** Kills the process; what it had printed by then is read. */
  stop(): Promise<void>;
}

/** How it is started. */
export interface ManyOptions {
  readonly nodePath: string;
  readonly clientPath: string;
  readonly taskRoot: string;
  readonly handler: string;
  readonly threads: number;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Starts it, with a Runtime API that serves many calls for the next event at a time.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html
 */
export async function startManyAtOnce(options: ManyOptions): Promise<ManyAtOnce> {
  const { clientPath, env, handler, nodePath, taskRoot, threads } = options;
  const asking: ServerResponse[] = [];
  const waiting: { readonly id: string; readonly body: string }[] = [];
  const answers = new Map<string, (answer: unknown) => void>();
  const match = (): void => {
    while (asking.length > 0 && waiting.length > 0) {
      const { body, id } = waiting.shift() ?? { body: '', id: '' };
      const headers = {
        'Lambda-Runtime-Aws-Request-Id': id,
        'Lambda-Runtime-Deadline-Ms': String(Date.now() + 10_000),
        'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:eu-west-1:123456789012:function:many',
        'Content-Type': 'application/json',
      };
      asking.shift()?.writeHead(200, headers).end(body);
    }
  };
  const server = createServer(async (request, response) => {
    const [, , , kind, id = '', what] = (request.url ?? '').split('/');
    if (kind === 'invocation' && id === 'next') {
      asking.push(response);
      match();
      return;
    }
    const body = await text(request);
    if (what === 'response' || what === 'error') answers.get(id)?.(body === '' ? undefined : JSON.parse(body));
    response.writeHead(kind === 'invocation' ? 202 : 404).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const child = spawn(nodePath, [clientPath], {
    cwd: taskRoot,
    env: {
      PATH: process.env.PATH,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_LAMBDA_MAX_CONCURRENCY: '16',
      AWS_LAMBDA_NODEJS_WORKER_COUNT: String(threads),
      AWS_LAMBDA_FUNCTION_NAME: 'many',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '2048',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/many',
      AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances',
      LAMBDA_TASK_ROOT: taskRoot,
      _HANDLER: handler,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
    });
  }
  const ended = once(child, 'close');
  return {
    invokeAll: (events) =>
      Promise.all(
        events.map((event, index) => {
          const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
          const answer = new Promise((resolve) => answers.set(id, resolve));
          waiting.push({ id, body: JSON.stringify(event) });
          match();
          return answer;
        }),
      ),
    lines: () => printed.split('\n').slice(0, -1),
    async stop() {
      child.kill('SIGKILL');
      await ended;
      server.closeAllConnections();
      server.close();
    },
  };
}
