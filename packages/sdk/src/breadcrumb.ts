import { constants, openSync, readFileSync, writeSync } from 'node:fs';
import type { Attributes } from '@opentelemetry/api';

/** The last thing that was seen of a process. */
export interface LastSign {
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** The most memory that the process had used by then, in KiB. */
  readonly peak: number;
  /** What it died of, where it could still say. */
  readonly type?: string | undefined;
  readonly message?: string | undefined;
}

/** The invocation that is running. */
export interface Noted {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string | undefined;
  /** 0 of one that is not sampled, but kept as a fault. */
  readonly flags?: number | undefined;
  readonly name: string;
  readonly kind: number;
  /** In milliseconds since the epoch; so is the deadline, which is `null` when unknown. */
  readonly start: number;
  readonly deadline: number | null;
  readonly attributes?: Attributes | undefined;
}

/** What a process before this one left behind; nothing of it is to be trusted. */
export interface Lost {
  /** Spans and log records that had not been delivered. */
  readonly owed: number;
  readonly sign: Partial<LastSign>;
  /** Empty when nothing was running. */
  readonly noted: Partial<Noted>;
}

/**
 * A file in which the process notes what it is at, so that the next one can tell what became of it. A note is one write
 * of 2 us; it survives whatever kills the process.
 */
export interface Breadcrumb {
  readonly lost: Lost;
  /** Each part is one line: a count, JSON or nothing, JSON or nothing. Never throws. */
  write(owed: number, sign: string, noted: string): void;
}

/**
 * Opens the breadcrumb of this execution environment; `undefined` where that cannot be. Lambda keeps the temp folder
 * when it resets an environment after a time-out or a crash.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-invoke-with-errors
 */
export function openBreadcrumb(path: string): Breadcrumb | undefined {
  try {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    const lost = readBreadcrumb(readFileSync(fd, 'utf8'));
    const write: Breadcrumb['write'] = (owed, sign, noted) => {
      try {
        writeSync(fd, `${owed}\n${sign}\n${noted}\n`, 0);
      } catch {
        // A full disk: no evidence, and no harm.
      }
    };
    write(0, '', '');
    return { lost, write };
  } catch {
    return undefined;
  }
}

/** Reads what a process left; total, because a file in a temp folder may hold anything. */
export function readBreadcrumb(text: string): Lost {
  const [owed, sign, noted] = text.split('\n');
  return { owed: Number(owed) || 0, sign: parse(sign), noted: parse(noted) };
}

/** What is an object where none belongs could not even be made a text of. */
function parse(line = ''): object {
  try {
    const entries = Object.entries(JSON.parse(line));
    return Object.fromEntries(entries.filter(([key, value]) => key === 'attributes' || typeof value !== 'object'));
  } catch {
    return {};
  }
}
