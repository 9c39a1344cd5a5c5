import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel';

/** What the library tells of one look-up. */
interface Lookup {
  readonly sku: string;
  /** Set by Node when the look-up gave a price. */
  readonly result?: number;
}

const lookups: TracingChannel<unknown, Lookup> = tracingChannel<unknown, Lookup>('acme.price-list.lookup');

const KEY = Symbol.for('tracelet.channels.v1');
const announced = globalThis as { [KEY]?: unknown[] };
announced[KEY] ??= [];
announced[KEY].push([
  'acme.price-list.lookup',
  {
    name: 'look up price',
    attributes: ({ sku }: Lookup) => ({ 'acme.sku': sku }),
    result: ({ result }: Lookup) => ({ 'acme.price.cents': result }),
  },
]);

/** Price of an article, in cents. */
export function lookUpPrice(sku: string): Promise<number> {
  return lookups.tracePromise(() => ask(sku), { sku });
}

/** Stands for the request that a real library would make. */
async function ask(sku: string): Promise<number> {
  if (sku === '') throw new RangeError('an article has a number');
  return sku.length * 100;
}
