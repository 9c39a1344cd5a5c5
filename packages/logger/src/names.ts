/** The names of two facts, which differ between log formats. */
export interface FactNames {
  readonly requestId: string;
  readonly tenantId: string;
}

/**
 * Tells whether Lambda's JSON log format is on.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function isPlatformFormat(env: NodeJS.ProcessEnv): boolean {
  return env.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === 'JSON';
}

/** The names of the platform's own lines where its JSON log format is on, so that one query finds both; ours elsewhere. */
export function factNames(isPlatform: boolean): FactNames {
  return isPlatform
    ? { requestId: 'requestId', tenantId: 'tenantId' }
    : { requestId: 'request_id', tenantId: 'tenant_id' };
}
