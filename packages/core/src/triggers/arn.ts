/** The resource part of an ARN: what follows the fifth colon. */
export function arnResource(arn: unknown): string | undefined {
  if (typeof arn !== 'string') return undefined;
  const resource = arn.split(':').slice(5).join(':');
  return resource === '' ? undefined : resource;
}
