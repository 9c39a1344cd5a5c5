import tracer from 'dd-trace';
import { work } from '../../src/functions/work.ts';

// The library's own handler loads and wraps this one.
const traced = (name, run) => tracer.trace(name, run);

export const handler = async (event) => work(event, traced);
