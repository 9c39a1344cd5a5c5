import type { AwsService } from './aws-service.ts';
import { injectJson } from './json-payload.ts';

// https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
const LIMITS = [262_144];

/** Step Functions: the context goes into the execution's input, as members of the top level. */
export const sfn: AwsService = {
  inject(operation, input, carried) {
    if (operation !== 'StartExecution' && operation !== 'StartSyncExecution') return input;
    const given = input.input ?? '{}';
    const injected = typeof given === 'string' ? injectJson(given, carried, LIMITS) : undefined;
    return injected === undefined ? input : { ...input, input: injected };
  },
};
