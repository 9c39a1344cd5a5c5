import {
  FAAS_DOCUMENT_COLLECTION,
  FAAS_DOCUMENT_OPERATION,
  FAAS_DOCUMENT_TIME,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_SYSTEM_NAME,
} from '../attributes.ts';
import { text } from '../shape.ts';
import type { BatchTrigger } from '../trigger.ts';
import { defineRecords, documentOperation, isoTime } from './records.ts';

/** An event of an Amazon DocumentDB change stream. */
export interface DocumentdbEvent {
  readonly eventSource: string;
  readonly eventSourceArn: string;
  readonly events: readonly DocumentdbRecord[];
}

/** One change. */
export interface DocumentdbRecord {
  readonly event: {
    readonly _id: { readonly _data: string };
    /** Seconds since the epoch, and a count within the second. */
    readonly clusterTime: { readonly $timestamp: { readonly t: number; readonly i: number } };
    readonly ns: { readonly db: string; readonly coll: string };
    readonly operationType: string;
    readonly documentKey?: unknown;
    readonly fullDocument?: unknown;
    readonly [more: string]: unknown;
  };
}

/**
 * Amazon DocumentDB change streams. A change stream is in order: after a failure the whole batch comes again.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-documentdb.html
 */
export const documentdb: BatchTrigger<DocumentdbEvent, DocumentdbRecord, void> = /* @__PURE__ */ defineRecords<
  DocumentdbEvent,
  DocumentdbRecord,
  void
>({
  id: 'documentdb',
  kind: 'datasource',
  matches: (event) => text(event.eventSource) === 'aws:docdb',
  list: (event) => event.events,
  arnOf: (event) => event.eventSourceArn,
  invocation: ({ events: [first] }) => ({ [FAAS_DOCUMENT_COLLECTION]: first?.event.ns.coll }),
  common: (record) => ({
    // The conventions have no page for change streams; the custom value follows their pattern for SQS.
    [MESSAGING_SYSTEM_NAME]: 'aws.documentdb',
    [MESSAGING_DESTINATION_NAME]: record?.event.ns.coll,
  }),
  idOf: (record) => record.event._id._data,
  record: (record) => ({
    [FAAS_DOCUMENT_COLLECTION]: record.event.ns.coll,
    [FAAS_DOCUMENT_OPERATION]: documentOperation(record.event.operationType),
    [FAAS_DOCUMENT_TIME]: isoTime(sentAtMs(record)),
  }),
  order: 'sequence',
  key: (record) => JSON.stringify(record.event.documentKey),
  sentAtMs,
});

function sentAtMs({ event }: DocumentdbRecord): number {
  return event.clusterTime.$timestamp.t * 1000;
}
