// A library of somebody else: it says what the messages of its channel are, for whoever uses both.
export interface Lookup {
  readonly sku: string;
  readonly result?: number;
}

declare module '@tracelet/lambda' {
  interface Channels {
    'acme.price-list.lookup': Lookup;
    'acme.stock.watch': { readonly warehouse: string };
  }
}
