import { drainOnTerminate } from '@tracelet/sdk/managed-instances';

// Importing it does the work: it is for `NODE_OPTIONS=--import @tracelet/lambda/managed-instances`.
drainOnTerminate();
