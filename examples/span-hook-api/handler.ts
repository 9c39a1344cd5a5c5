import { lambda } from '@tracelet/lambda';
import { countryOf } from './geo.ts';

/** Says which country an order goes to. */
export const handler = lambda(async ({ address }: { readonly address: string }) => countryOf(address));
