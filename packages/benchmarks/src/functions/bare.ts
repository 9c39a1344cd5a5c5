import { type Work, work } from './work.ts';

export const handler = (event: Work): Promise<unknown> => work(event);
