import { randomUUID } from 'node:crypto';

import { type ApiCall, parseJson, readBody, sendAccepted, sendError, sendJson } from './api-call.ts';
import { type Agent, type Environment, fail, sendEvent } from './environment.ts';
import { disturbRegistration } from './registration.ts';

/**
 * Serves one call of the Extensions API 2020-01-01, by the rules that AWS's runtime interface emulator shows: an
 * extension whose name is not a known external one is internal and may ask for INVOKE only, registration closes at the
 * runtime's first call for an event, and there are ten slots.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
export async function extensionsApi(call: ApiCall): Promise<void> {
  const { request, response, path } = call;
  const key = `${request.method} ${path}`;
  if (key === 'POST /extension/register') return register(call);
  if (key === 'GET /extension/event/next') return next(call);
  if (key === 'POST /extension/init/error') return giveUp(call, 'Extension.InitError');
  if (key === 'POST /extension/exit/error') return giveUp(call, 'Extension.ExitError');
  sendError(response, 404, 'NotFound', `No ${request.method} ${path}`);
}

const SLOTS = 10;

async function register(call: ApiCall): Promise<void> {
  const { environment, request, response } = call;
  const name = String(request.headers['lambda-extension-name'] ?? '');
  const body = parseJson((await readBody(request)).toString());
  if (await disturbRegistration(call, environment.facts.registration)) return;
  const refusal = judge(environment, name, body);
  if (refusal !== undefined) {
    sendError(response, 403, refusal.errorType, refusal.errorMessage);
    return;
  }
  const { facts } = environment;
  const agent: Agent = {
    id: randomUUID(),
    name,
    isInternal: !facts.externalExtensions.includes(name),
    events: new Set((body as { events?: string[] }).events ?? []),
    poll: undefined,
    queued: undefined,
  };
  environment.agents.set(agent.id, agent);
  const { functionName, functionVersion, handler, accountId } = facts;
  const features = String(request.headers['lambda-extension-accept-feature'] ?? '').split(',');
  const wantsAccount = features.some((feature) => feature.trim() === 'accountId');
  response.setHeader('lambda-extension-identifier', agent.id);
  sendJson(response, 200, { functionName, functionVersion, handler, ...(wantsAccount ? { accountId } : {}) });
}

interface Refusal {
  readonly errorType: string;
  readonly errorMessage: string;
}

// The order of the checks is that of the emulator; a client may depend on which fault is named first.
function judge(environment: Environment, name: string, body: unknown): Refusal | undefined {
  const refuse = (errorType: string, errorMessage: string): Refusal => ({ errorType, errorMessage });
  if (name === '') return refuse('Extension.InvalidExtensionName', 'Empty extension name');
  if (typeof body !== 'object' || body === null)
    return refuse('InvalidRequestFormat', 'The body is not a JSON object.');
  const { events = [] } = body as { events?: unknown };
  if (!Array.isArray(events)) return refuse('InvalidRequestFormat', 'events is not a list.');
  const isInternal = !environment.facts.externalExtensions.includes(name);
  for (const event of events) {
    if (event !== 'INVOKE' && event !== 'SHUTDOWN') {
      return refuse('Extension.InvalidEventType', `${String(event)}: ErrorInvalidEventType`);
    }
    if (isInternal && environment.facts.isManaged) {
      return refuse('Extension.InvalidEventType', `${event}: No events allowed for internal extensions`);
    }
    if (event === 'SHUTDOWN' && isInternal) {
      return refuse('Extension.InvalidEventType', 'SHUTDOWN: ShutdownEventNotSupportedForInternalExtension');
    }
  }
  if (!environment.isRegistrationOpen) {
    return refuse('Extension.RegistrationClosed', 'Extension registration closed already');
  }
  if ([...environment.agents.values()].some((agent) => agent.name === name)) {
    return refuse('Extension.InvalidExtensionState', 'Extension with this name already registered');
  }
  if (environment.agents.size >= SLOTS) {
    return refuse('Extension.TooManyExtensions', `Extension limit (${SLOTS}) reached`);
  }
  return undefined;
}

async function next(call: ApiCall): Promise<void> {
  const { response } = call;
  const agent = identify(call);
  if (agent === undefined) return;
  if (agent.poll !== undefined) {
    const message = `State transition from Ready to Ready failed for extension ${agent.name}. Error: State transition is not allowed`;
    sendError(response, 403, 'Extension.InvalidExtensionState', message);
    return;
  }
  agent.poll = response;
  response.once('close', () => {
    if (agent.poll === response) agent.poll = undefined;
  });
  const event = agent.queued;
  agent.queued = undefined;
  if (event !== undefined) void sendEvent(agent, event);
}

async function giveUp(call: ApiCall, fallbackType: string): Promise<void> {
  const { environment, request, response } = call;
  const agent = identify(call);
  await readBody(request);
  if (agent === undefined) return;
  const errorType = request.headers['lambda-extension-function-error-type'];
  if (typeof errorType !== 'string' || errorType === '') {
    sendError(response, 403, 'Extension.MissingHeader', 'Lambda-Extension-Function-Error-Type not found');
    return;
  }
  sendAccepted(response);
  const errorMessage = `Extension ${agent.name} gave up: ${errorType}`;
  fail(environment, { status: 'crash', error: { errorType: fallbackType, errorMessage, trace: [] } });
}

function identify({ environment, request, response }: ApiCall): Agent | undefined {
  const id = String(request.headers['lambda-extension-identifier'] ?? '');
  const agent = environment.agents.get(id);
  if (id === '') {
    sendError(response, 403, 'Extension.MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header');
  } else if (agent === undefined) {
    sendError(response, 403, 'Extension.UnknownExtensionIdentifier', `Unknown extension ${id}`);
  }
  return agent;
}
