import { Logger } from '@aws-lambda-powertools/logger';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { work } from '../../src/functions/work.ts';

const tracer = new Tracer({ serviceName: 'bench' });
const logger = new Logger({ serviceName: 'bench' });

const traced = async (name, run) => {
  const parent = tracer.getSegment();
  const segment = parent.addNewSubsegment(name);
  tracer.setSegment(segment);
  await run();
  segment.close();
  tracer.setSegment(parent);
};

// By hand, as its documentation has it for a handler without a decorator.
export const handler = async (event, context) => {
  logger.addContext(context);
  const parent = tracer.getSegment();
  const segment = parent.addNewSubsegment(`## ${process.env._HANDLER}`);
  tracer.setSegment(segment);
  tracer.annotateColdStart();
  tracer.addServiceNameAnnotation();
  try {
    if (event.line !== undefined) logger.info(event.line, { orderId: 'o-7' });
    return await work(event, traced);
  } finally {
    segment.close();
    tracer.setSegment(parent);
  }
};
