import { json, lambda } from '@tracelet/lambda';

interface Task {
  readonly name: string;
}

const done = new Set<string>();

/** A failure brings the whole batch again, so what is done is not done twice. */
export const handler = lambda.mq({ parse: json<Task>() }, async ({ name }, { log }) => {
  if (done.has(name)) return;
  if (name === '') throw new RangeError('a task without a name');
  log.info('task done', { name });
  done.add(name);
});
