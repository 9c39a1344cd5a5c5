import type { PartData, PartName, Row } from './data.ts';
import {
  added,
  addedOf2,
  addedTo,
  type Column,
  fixed,
  median,
  number,
  plain,
  ranged,
  rowOf,
  timesBare,
} from './table.ts';

/** How the page shows one part. */
export interface Section {
  readonly title: string;
  /** What is to be known to read the table. */
  readonly note: string;
  readonly columns: readonly Column[];
}

const perRecord: Column = {
  title: '10,000: CPU a record added, us',
  cell: (row, part) => number((added(row, part, 'cpuMs10000') * 1000) / 10_000),
};

const bundle: Column = {
  title: 'bundle, KB / gzip',
  cell: (row) => `${number(median(row, 'bytes') / 1000)} / ${number(median(row, 'gzipBytes') / 1000)}`,
};

const arrived = (size: number): Column => ({
  title: `${size.toLocaleString('en')}: spans of records and invocation that arrived`,
  cell: (row) => {
    const spans = median(row, `spans${size}`);
    if (!(spans > 0)) return '-';
    const root = median(row, `roots${size}`) > 0 ? '' : ROOTLESS.has(row.id) ? '' : ', its own not';
    return `${number(Math.min(spans, size + 1))}${root}`;
  },
});

/** Those whose span of the invocation cannot be told from the rest here. */
const ROOTLESS = new Set(['powertools', 'datadog', 'bare']);

const mood = (name: string): readonly Column[] => [
  { title: `${name}: p50`, cell: (row, part) => late(row, part, `${name} p50`) },
  { title: 'p99', cell: (row, part) => (row.id === 'tracelet-esm' ? late(row, part, `${name} p99`) : '') },
  { title: 'busy', cell: (row, part) => late(row, part, `${name} busy`) },
];

const quotaColumns: readonly Column[] = [
  ranged('total ms', 'totalMs'),
  timesBare('x bare', 'totalMs'),
  addedOf2('added / (2)', 'totalMs'),
  plain('first invocation ms', 'firstMs'),
];

/** How each part is shown. */
export const sections: Readonly<Record<PartName, Section>> = {
  cold: {
    title: 'Cold start, one whole CPU',
    note: "From spawn to the end of the first invocation, what follows the response included; where the contestant has a logger, one line is logged. Files: source files compiled and files opened through `node:fs`, the runtime client's own left out.",
    columns: [
      ranged('CPU ms', 'cpuMs'),
      timesBare('x bare', 'cpuMs'),
      addedOf2('added / (2)', 'cpuMs'),
      ranged('total ms', 'totalMs'),
      plain('init CPU ms', 'initCpuMs'),
      plain('first invocation ms', 'firstMs'),
      plain('RSS MB', 'rssMb'),
      plain('files', 'files'),
      plain('KB read', 'fileBytes', 1 / 1000),
      bundle,
    ],
  },
  'cold-512': {
    title: 'Cold start with the CPU of 512 MB',
    note: 'The same with 29 % of a CPU from the start.',
    columns: quotaColumns,
  },
  'cold-128': {
    title: 'Cold start with the CPU of 128 MB',
    note: 'The same with 7 % of a CPU from the start.',
    columns: quotaColumns,
  },
  'cold-init': {
    title: 'First invocation at 128 MB after an unthrottled init',
    note: 'Lambda is widely reported not to throttle init: 7 % of a CPU from the first invocation on. It is what the first caller waits.',
    columns: [
      ranged('first invocation ms', 'firstMs'),
      addedTo('added ms', 'firstMs'),
      addedOf2('added / (2)', 'firstMs'),
      plain('init ms', 'initMs'),
      plain('CPU ms, whole cold start', 'cpuMs'),
    ],
  },
  warm: {
    title: 'Warm invocation',
    note: 'One after the other, a backend that answers at once, nothing logged. Heap: what is held after a collection, per invocation.',
    columns: [
      ranged('CPU us', 'cpuUs'),
      addedTo('added', 'cpuUs'),
      addedOf2('added / (2)', 'cpuUs'),
      addedTo('p50 added us', 'p50Us'),
      plain('p99 us', 'p99Us'),
      plain('RSS MB', 'rssMb'),
      plain('heap held, bytes', 'heapBytes'),
      plain('spans', 'spans'),
      plain('bytes sent', 'bytes'),
    ],
  },
  backends: {
    title: 'A backend that is slow, refuses or is silent',
    note: 'What it adds to the answer, in ms, with the default time-outs; busy is what Lambda would bill. 20,000 means given up.',
    columns: [...mood('200 ms'), ...mood('refused'), ...mood('black hole')],
  },
  records: {
    title: 'Batches of SQS messages, a span for each',
    note: 'Batches of 10, 1,000 and 10,000 in one process, its own span of the invocation beside them. Powertools counts datagrams, Datadog what it prints.',
    columns: [
      addedTo('10: CPU added, ms', 'cpuMs10'),
      addedTo('1,000: CPU added, ms', 'cpuMs1000'),
      arrived(1_000),
      addedTo('10,000: answer later by, ms', 'ms10000'),
      perRecord,
      arrived(10_000),
      addedTo('peak RSS added, MB', 'peakMb'),
    ],
  },
  calls: {
    title: 'Downstream calls',
    note: 'Twenty calls of a service on 127.0.0.1 in one invocation, one after the other. CPU added a call, all that the invocation itself costs included. A contestant that makes no span of them is here for its invocation alone.',
    columns: [
      addedTo('`node:http`: CPU added, us', 'httpUs'),
      plain('calls with trace context', 'httpContext'),
      plain('spans', 'httpSpans'),
      addedTo('`fetch`: CPU added, us', 'fetchUs'),
      plain('calls with trace context', 'fetchContext'),
      plain('spans', 'fetchSpans'),
    ],
  },
  lines: {
    title: 'Log lines',
    note: 'CPU time of one line inside an invocation with an active span.',
    columns: [
      ranged('ns a line', 'ns'),
      {
        title: 'of `JSON.stringify` + `stdout.write`',
        cell: (row, part) => {
          const base = part.rows.find(
            ({ id }) => id.startsWith('JSON') && id.includes('9 + 10') === row.id.includes('9 + 10'),
          );
          return fixed(median(row, 'ns') / median(base, 'ns'));
        },
      },
    ],
  },
  leak: {
    title: 'Many invocations in one process',
    note: 'A traced handler with a span of its own, an exporter that takes everything, neither client nor network. Growth: of the heap, from a tenth of the way to the end, per invocation.',
    columns: [
      plain('CPU us an invocation', 'us'),
      plain('heap growth, bytes', 'growthBytes'),
      plain('heap at the end, KB', 'heapKb'),
      plain('RSS MB', 'rssMb'),
      plain('spans exported', 'exported'),
    ],
  },
};

function late(row: Row, part: PartData, name: string): string {
  const base = median(rowOf(part, 'bare'), name);
  return number(Math.round((median(row, name) - base) * 10) / 10);
}
