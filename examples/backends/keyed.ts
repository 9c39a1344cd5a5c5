import { log } from '@tracelet/lambda';
import { lambda as fromParameter } from './parameter-store.ts';
import { lambda as fromSecret } from './secrets-manager.ts';

const { lambda } = process.env.KEY_FROM === 'parameter' ? { lambda: fromParameter } : { lambda: fromSecret };

export const handler = lambda(async (event: { readonly name: string }) => {
  log.info('greeted');
  return `hello ${event.name}`;
});
