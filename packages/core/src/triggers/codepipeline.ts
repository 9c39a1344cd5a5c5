import type { Deep } from '../shape.ts';
import type { Trigger } from '../trigger.ts';
import { defineSource } from './source.ts';

/**
 * A job of AWS CodePipeline: an Invoke action of a pipeline. Nothing is taken of the job's data, which holds credentials.
 *
 * @carrier none
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html
 */
export const codepipeline: Trigger<Deep> = /* @__PURE__ */ defineSource({
  id: 'codepipeline',
  matches: (event) => event['CodePipeline.job'],
  facts: (event) => ({ eventId: event['CodePipeline.job']?.id }),
});
