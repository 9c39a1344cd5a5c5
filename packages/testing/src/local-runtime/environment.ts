import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import type { InvokeError, InvokeResult, RegistrationBehaviour } from './runtime-types.ts';

/** The state of one execution environment, as its API sees it. Plain data; the functions below move it. */
export interface Environment {
  readonly facts: EnvironmentFacts;
  readonly agents: Map<string, Agent>;
  /** Open until the runtime asks for its first event. */
  isRegistrationOpen: boolean;
  /** The waiting calls of the runtime for the next event; one at most, but on Managed Instances. */
  readonly runtimePolls: ServerResponse[];
  /** Those under way, by request id; one at most, but on Managed Instances. */
  readonly invocations: Map<string, Invocation>;
  /** Why the environment is of no more use. */
  failure: Failure | undefined;
  readonly watchers: Set<() => void>;
}

/** What the API tells about the function. */
export interface EnvironmentFacts {
  readonly functionName: string;
  readonly functionVersion: string;
  readonly functionArn: string;
  readonly accountId: string;
  readonly handler: string;
  readonly externalExtensions: readonly string[];
  readonly registration: RegistrationBehaviour;
  /** Whether it runs on Managed Instances. */
  readonly isManaged: boolean;
}

/** A registered extension. */
export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly isInternal: boolean;
  readonly events: ReadonlySet<string>;
  /** The waiting call for the next event. */
  poll: ServerResponse | undefined;
  /** An event that arrived while the agent was not waiting. */
  queued: object | undefined;
}

/** The invocation under way. */
export interface Invocation {
  readonly requestId: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly deadlineAtMs: number;
  readonly traceHeader: string;
  /** When the runtime was given the event, on the clock of `performance.now()`. */
  startedAt: number;
  answer: Answer | undefined;
}

/** What the runtime posted for an invocation. */
export interface Answer {
  readonly at: number;
  readonly payload: unknown;
  readonly error: InvokeError | undefined;
  readonly streamedBytes: number | undefined;
}

/** The end of an environment. */
export interface Failure {
  readonly status: Exclude<InvokeResult['status'], 'success'>;
  readonly error: InvokeError;
}

/** A new environment: registration open, nobody waiting. */
export function createEnvironment(facts: EnvironmentFacts): Environment {
  return {
    facts,
    agents: new Map(),
    isRegistrationOpen: true,
    runtimePolls: [],
    invocations: new Map(),
    failure: undefined,
    watchers: new Set(),
  };
}

/** True when the runtime and every registered extension wait for the next event: Lambda would freeze now. */
export function isIdle(environment: Environment): boolean {
  if (environment.runtimePolls.length === 0) return false;
  return [...environment.agents.values()].every((agent) => agent.poll !== undefined);
}

/** Hands an event to the runtime and to every extension that asked for INVOKE. */
export function deliver(environment: Environment, invocation: Invocation): void {
  const poll = environment.runtimePolls.shift();
  environment.invocations.set(invocation.requestId, invocation);
  const { functionArn } = environment.facts;
  for (const agent of environment.agents.values()) {
    if (!agent.events.has('INVOKE')) continue;
    void sendEvent(agent, {
      eventType: 'INVOKE',
      deadlineMs: invocation.deadlineAtMs,
      requestId: invocation.requestId,
      invokedFunctionArn: functionArn,
      ...(invocation.traceHeader === '' ? {} : { tracing: { type: 'X-Amzn-Trace-Id', value: invocation.traceHeader } }),
    });
  }
  invocation.startedAt = performance.now();
  poll?.writeHead(200, { 'content-type': 'application/json', ...invocation.headers }).end(invocation.body);
}

/** Gives an event to an extension, now or when it asks; resolves when a waiting call has been answered or cut. */
export function sendEvent(agent: Agent, event: object): Promise<void> {
  const poll = agent.poll;
  agent.poll = undefined;
  if (poll === undefined) {
    agent.queued = event;
    return Promise.resolve();
  }
  poll.writeHead(200, { 'content-type': 'application/json', 'lambda-extension-event-identifier': randomUUID() });
  return new Promise((resolve) => {
    poll.once('close', resolve);
    poll.end(JSON.stringify(event));
  });
}

/** Records the end of the environment; the first reason stays. */
export function fail(environment: Environment, failure: Failure): void {
  environment.failure ??= failure;
  changed(environment);
}

/** To be called after every change of the state, so that {@link waitUntil} looks again. */
export function changed(environment: Environment): void {
  for (const watcher of [...environment.watchers]) watcher();
}

/** Waits for a condition on the state; resolves false when the time is over. */
export function waitUntil(environment: Environment, condition: () => boolean, timeoutMs: number): Promise<boolean> {
  if (condition()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (isMet: boolean): void => {
      clearTimeout(timer);
      environment.watchers.delete(watcher);
      resolve(isMet);
    };
    const watcher = (): void => {
      if (condition()) finish(true);
    };
    const timer = setTimeout(() => finish(false), Math.max(0, timeoutMs));
    environment.watchers.add(watcher);
  });
}
