// Importing it traces the AWS SDK: the entry that is named here does so by itself.
export { awsSdk, type TraceClientOptions, traceClient } from '@tracelet/instrument/aws-sdk';
