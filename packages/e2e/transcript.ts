import { createHash } from 'node:crypto';
import type { InvokeOptions, LocalRuntime, RuntimeCall } from '@tracelet/testing';

/** What Lambda got of one invocation: what was posted, how it ended, what was printed. */
export interface Transcript {
  /** Calls that post something, each with its answer, headers, body and trailers, in order. */
  readonly posted: readonly unknown[];
  readonly status: string;
  readonly error: unknown;
  /** Why the function could not be loaded. */
  readonly initError: unknown;
  /** How processes ended meanwhile. */
  readonly exits: readonly unknown[];
  readonly printed: readonly string[];
}

/** Runs one invocation and writes down everything of it that is the function's doing. */
export async function transcribe(
  runtime: LocalRuntime,
  event: unknown,
  options: InvokeOptions,
): Promise<{ readonly requestId: string; readonly transcript: Transcript }> {
  const marks = { calls: runtime.calls.length, exits: runtime.exits.length };
  const { error, logs, requestId, status } = await runtime.invoke(event, options);
  const mask = (value: unknown): unknown => JSON.parse(maskText(JSON.stringify(value ?? null), requestId));
  const posted = runtime.calls
    .slice(marks.calls)
    .filter(({ method, path }) => method === 'POST' && path.startsWith('/2018-06-01/'))
    .map(write);
  const parts = { posted, status, error, initError: runtime.initError, exits: runtime.exits.slice(marks.exits) };
  return { requestId, transcript: mask({ ...parts, printed: logs }) as Transcript };
}

/** How much of a transcript is compared. */
export type Measure =
  | 'every byte'
  | 'all but the frames of callers'
  | 'all but stacks'
  | 'status, error and lines printed';

/**
 * The transcript as text, as far as it is compared.
 *
 * @param own Part of a stack frame that only the function's own frames have.
 */
export function measured(transcript: Transcript, measure: Measure, own: string): string {
  const { error, printed, status } = transcript;
  const isPart = measure === 'status, error and lines printed';
  const text = JSON.stringify(isPart ? { status, error, printed } : transcript, undefined, 1);
  if (measure === 'every byte') return text;
  const isKept = (frame: string): boolean => measure !== 'all but stacks' && frame.includes(own);
  const keep = (frame: string): string => (isKept(frame) ? frame : '');
  return (
    text
      // How the function was called, and sizes, which are those of the frames.
      .replace(/ \[as handler\]/g, '')
      .replace(/(Runtime|Processor)\.<anonymous>/g, '$1.handler')
      .replace(/"content-length": "\d+"/g, '')
      // X-Ray's account of an error has no file in a frame of an ES module.
      .replace(/\\"stack\\":\[\{.*?\}\]|\\"paths\\":\[.*?\]/g, '')
      .replace(/\n\s*" {4}at [^"]*",?/g, keep)
      .replace(/,?\\+" {4}at [^"]*"/g, keep)
      .replace(/\\+[nr] +at [^"\\]*/g, keep)
  );
}

const LARGE_BYTES = 100_000;

/** Headers that name the connection rather than what is sent. */
const CONNECTION = new Set(['host', 'connection']);

function maskText(text: string, requestId: string): string {
  return text
    .replaceAll(requestId, 'REQUEST')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z|\[\d{13}\]/g, 'TIME')
    .replace(/\/(bare|wrap)(?=["'\\/])/g, '/FOLDER');
}

function write({ body, headers, path, status, trailers }: RuntimeCall): unknown {
  const bytes = Buffer.from(body);
  const hash = createHash('sha256').update(bytes).digest('hex');
  return {
    path,
    status,
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !CONNECTION.has(name))),
    // Latin-1 shows every byte.
    body: bytes.length > LARGE_BYTES ? `${bytes.length} bytes, SHA-256 ${hash}` : bytes.toString('latin1'),
    trailers: Object.entries(trailers).map(([name, value = '']) =>
      name.endsWith('-body') ? [name, Buffer.from(value, 'base64').toString()] : [name, value],
    ),
  };
}
