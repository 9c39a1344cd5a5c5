import { defineLambda } from '@tracelet/lambda';
import { awsSdk } from '@tracelet/lambda/aws-sdk';

/**
 * The functions' own `lambda`: the work on a message belongs to the trace of who sent it, and records of Kinesis carry the
 * trace context as well, as members of their JSON.
 */
export const lambda = defineLambda({
  batch: { linkProducer: 'parent' },
  plugins: [awsSdk({ carry: ['kinesis'] })],
});
