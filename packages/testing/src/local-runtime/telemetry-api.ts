import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';

import { type ApiCall, parseJson, readBody, sendError, sendJson } from './api-call.ts';
import type { Environment } from './environment.ts';

/** Where an environment's platform records go, and those that wait until it is awake. */
interface Subscription {
  readonly url: string;
  readonly waiting: object[];
}

const subscriptions = new WeakMap<Environment, Subscription>();

/** Environments that play the Telemetry API; the others answer as AWS's own emulator does, which has none. */
const playing = new WeakSet<Environment>();

const NOT_SUPPORTED = { errorMessage: 'Telemetry API is not supported', errorType: 'Telemetry.NotSupported' };

/** Makes an environment play the Telemetry API. */
export function playTelemetry(environment: Environment): void {
  playing.add(environment);
}

/**
 * Serves a subscription to the Telemetry API; of what it may ask for, platform records are sent.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/telemetry-api-reference.html
 */
export async function telemetryApi({ environment, request, response }: ApiCall): Promise<void> {
  const body = parseJson(String(await readBody(request))) as { destination?: { URI?: unknown } } | undefined;
  if (!playing.has(environment)) return sendJson(response, 202, NOT_SUPPORTED);
  const id = request.headers['lambda-extension-identifier'];
  const url = body?.destination?.URI;
  if (![...environment.agents.values()].some((agent) => agent.id === id)) {
    return sendError(response, 403, 'Extension.UnknownExtensionIdentifier', 'Unknown extension');
  }
  if (typeof url !== 'string') return sendError(response, 400, 'ValidationError', 'The destination has no URI');
  // On Lambda the name of the sandbox is known to its resolver.
  subscriptions.set(environment, { url: url.replace('sandbox.localdomain', '127.0.0.1'), waiting: [] });
  response.writeHead(200).end('OK');
}

/** Keeps a record until the environment is awake: Lambda reports an invocation when everything is frozen again. */
export function recordPlatform(environment: Environment, type: string, record: object): void {
  subscriptions.get(environment)?.waiting.push({ time: new Date().toISOString(), type, record });
}

/** Sends what waits, without waiting for the answer. */
export function sendTelemetry(environment: Environment): void {
  const subscription = subscriptions.get(environment);
  if (subscription === undefined || subscription.waiting.length === 0) return;
  const body = JSON.stringify(subscription.waiting.splice(0));
  const sent = httpRequest(subscription.url, { method: 'POST', headers: { 'content-type': 'application/json' } });
  // A subscriber that is gone loses its records.
  sent.on('error', () => undefined).on('response', (answer) => answer.resume());
  sent.end(body);
}

/** The most memory that a process has used, in MB; 0 where the system does not say. */
export function peakMemoryMb(pid: number): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.ceil(Number(kilobytes ?? 0) / 1024);
  } catch {
    return 0;
  }
}
