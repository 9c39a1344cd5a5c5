import { drainOnTerminate } from '@tracelet/sdk/managed-instances';

export { drainOnTerminate };

// Importing it does the work: it is for `NODE_OPTIONS=--import=@tracelet/lambda/managed-instances`.
drainOnTerminate();
