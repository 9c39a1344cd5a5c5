import type { Fault } from './otlp/fault.ts';
import type { OtlpEncoding } from './otlp/otlp-data.ts';
import type { PostResult } from './otlp/post.ts';

/** Why telemetry was given up. */
export type DropReason = string;

/** What became of all that was recorded, in items (spans and log records). */
export interface Counts {
  readonly produced: number;
  readonly delivered: number;
  /** Waiting, encoded or not. `produced = delivered + retained + dropped` holds at every moment. */
  readonly retained: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
}

/** Where encoded telemetry goes. */
export interface Outlet {
  /** For people. */
  readonly name: string;
  readonly encoding: OtlpEncoding;
  /** Limit of one body. Default: 4 MiB. */
  readonly maxBytes?: number;
  /** Sends one body, once. Never rejects, and takes `timeoutMs` at most. */
  readonly send: (body: Uint8Array, timeoutMs: number) => Promise<PostResult>;
  /** Makes a connection ahead of the first body, where there is one to make. Never rejects. */
  readonly prime?: () => Promise<Fault | undefined>;
}

/** One request body that waits for its turn. */
export interface Parcel {
  readonly outlet: Outlet;
  readonly body: Uint8Array;
  /** Spans or log records in it. */
  readonly items: number;
}

/**
 * Bodies that have not been delivered, oldest first, across invocations. Bounded by bytes between flushes: a dead backend
 * costs a fixed amount of memory, and what had to go is counted. What is new is tried before it has to go.
 */
export interface Outbox {
  readonly parcels: readonly Parcel[];
  put(parcel: Parcel): void;
  remove(parcel: Parcel): void;
  /** Lets the oldest go until the rest is within the bound; the newest stays, however large. */
  trim(): void;
}

/** Makes an outbox; `onEvict` is told of each parcel that had to go. */
export function makeOutbox(maxBytes: number, onEvict: (parcel: Parcel) => void): Outbox {
  const parcels: Parcel[] = [];
  let bytes = 0;
  const remove = (parcel: Parcel): void => {
    const at = parcels.indexOf(parcel);
    if (at < 0) return;
    parcels.splice(at, 1);
    bytes -= parcel.body.byteLength;
  };
  return {
    parcels,
    put(parcel) {
      parcels.push(parcel);
      bytes += parcel.body.byteLength;
    },
    remove,
    trim() {
      while (bytes > maxBytes && parcels.length > 1) {
        const [oldest] = parcels;
        if (oldest === undefined) return;
        remove(oldest);
        onEvict(oldest);
      }
    },
  };
}
