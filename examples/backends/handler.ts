import { lambda } from './cloudwatch.ts';

export const handler = lambda(async (event: { readonly name: string }) => `hello ${event.name}`);
