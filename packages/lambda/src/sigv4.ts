export { type AwsCredentials, type SigV4Options, sigv4 } from '@tracelet/sdk/sigv4';
