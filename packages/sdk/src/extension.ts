import { newReading, readAnswer } from './otlp/read-answer.ts';
import { openWire } from './otlp/wire.ts';
import { exchangeSync } from './sync-exchange.ts';

/** What the Extensions API tells of an invocation, as far as it was readable. */
export interface InvokeEvent {
  readonly requestId?: string | undefined;
  /** When Lambda ends the invocation, in milliseconds since the epoch. */
  readonly deadlineMs?: number | undefined;
}

/** Asks for the next event, which tells Lambda that this extension is done with the one before. */
export type Poll = () => void;

/** What is told of an internal extension's life. */
export interface ExtensionListener {
  /** What it is told of. Managed Instances refuse any. */
  readonly events: readonly 'INVOKE'[];
  /**
   * It is registered, and init lasts until `poll` is called.
   *
   * @param isLate Whether module loading went on meanwhile: then init may be waiting already.
   * @param id What Lambda's APIs know it by.
   */
  registered(poll: Poll, isLate: boolean, id: string): void;
  /** It is not registered. */
  refused(reason: string): void;
  /** An invocation has begun; the environment stays awake until the next `poll`. */
  invoked(event: InvokeEvent): void;
  /** A poll broke off, and is repeated by itself; until an event comes, nothing is certain. */
  lost(): void;
}

/** How long module loading may stand still for the answer, in milliseconds. It takes 1 to 7. */
const REGISTRATION_MS = 25;

/** Between polls that fail, in milliseconds. */
const MAX_PAUSE_MS = 1000;

const PATH = '/2020-01-01/extension/';

/**
 * Registers an internal extension while the function's module loads: registration closes when the runtime asks for its
 * first event. Never throws.
 *
 * @param api Host and port, the value of `AWS_LAMBDA_RUNTIME_API`.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
export function registerExtension(api: string, listener: ExtensionListener): void {
  const [host = '', port = ''] = api.split(':');
  const judge = (answer: string, isLate: boolean): void => {
    const id = readIdentifier(answer);
    if (id) listener.registered(poller(host, port, id, listener), isLate, id);
    else listener.refused(`the answer was ${JSON.stringify(answer.slice(0, 12))}`);
  };
  const body = JSON.stringify({ events: listener.events });
  const head = [
    `POST ${PATH}register HTTP/1.1`,
    `Host: ${api}`,
    'Lambda-Extension-Name: tracelet',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  const text = `${head.join('\r\n')}\r\n\r\n${body}`;
  try {
    const request = { host, port: Number(port), text, isWhole: /\r\n\r\n/ };
    const answer = exchangeSync(request, REGISTRATION_MS, (late) => judge(late, true));
    if (answer !== undefined) judge(answer, false);
  } catch (error) {
    listener.refused((error as Error).message);
  }
}

function poller(host: string, port: string, id: string, listener: ExtensionListener): Poll {
  // A poll lasts as long as the environment is frozen. It must not keep an event loop alive: runtime client 3 answers some
  // handlers only when it is empty.
  const wire = openWire({ host, port: Number(port), maxConnections: 1, holdsProcess: false });
  const head = [`GET ${PATH}event/next HTTP/1.1`, `Host: ${host}:${port}`, `Lambda-Extension-Identifier: ${id}`];
  const request = Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1');
  rehearse();
  let pauseMs = 1;
  const poll = async (): Promise<void> => {
    const { chunks, fault, response } = await wire.send(request, Infinity);
    if (!fault && response?.statusCode === 200) {
      pauseMs = 1;
      return listener.invoked(readEvent(String(Buffer.concat(chunks))));
    }
    listener.lost();
    setTimeout(poll, pauseMs).unref();
    pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
  };
  return poll;
}

/** Reads an answer ahead: the first one comes with the first event, which would wait 0.5 ms for it. */
function rehearse(): void {
  // V8 compiles an expression at its first use and, to another code, at its second.
  for (const answer of [SAMPLE, SAMPLE]) {
    const reading = newReading();
    readAnswer(reading, answer);
    readEvent(String(Buffer.concat(reading.chunks)));
  }
}

const SAMPLE = /* @__PURE__ */ Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');

/** The id in the answer to a registration; `undefined` where it is no id to poll with. */
export function readIdentifier(answer: string): string | undefined {
  if (!answer.startsWith('HTTP/1.1 200 ')) return undefined;
  const [, ...fields] = answer.split('\r\n');
  const field = fields.find((one) => one.toLowerCase().startsWith('lambda-extension-identifier:'));
  const id = field?.slice(field.indexOf(':') + 1).trim();
  return id && /^[!-~]+$/.test(id) ? id : undefined;
}

/** The event in the answer to a poll, without what is not what it should be. */
export function readEvent(text: string): InvokeEvent {
  try {
    const { deadlineMs, requestId } = Object(JSON.parse(text)) as Record<keyof InvokeEvent, unknown>;
    return {
      deadlineMs: typeof deadlineMs === 'number' ? deadlineMs : undefined,
      requestId: typeof requestId === 'string' ? requestId : undefined,
    };
  } catch {
    return {};
  }
}
