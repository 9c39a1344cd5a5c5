import type { ApiCall } from './api-call.ts';
import { sendError } from './api-call.ts';
import type { RegistrationBehaviour } from './runtime-types.ts';

/**
 * Plays an Extensions API that answers registrations late or not as it should.
 *
 * @returns Whether the call has been answered, or never will be.
 */
export async function disturbRegistration(
  { request, response }: ApiCall,
  { answer, delayMs = 0, isJudgedLate = false }: RegistrationBehaviour,
): Promise<boolean> {
  if (answer === undefined) {
    // Registered at once, and told so later: the headers are set while the answer waits.
    if (isJudgedLate) await sleep(delayMs);
    else holdBack(response, delayMs);
    return false;
  }
  await sleep(delayMs);
  if (answer === 'reset') request.socket.resetAndDestroy();
  else if (answer === 'garbage') request.socket.end('garbage, not HTTP\r\n\r\n');
  else if (answer === 403) sendError(response, 403, 'Extension.TooManyExtensions', 'Extension limit (10) reached');
  return true;
}

/** Lets an answer out only after a while. */
function holdBack(response: ApiCall['response'], delayMs: number): void {
  const end = response.end.bind(response) as (body: string) => typeof response;
  const late = (body: string): typeof response => {
    setTimeout(end, delayMs, body);
    return response;
  };
  if (delayMs > 0) Object.assign(response, { end: late });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
