/** Tells whether the process runs inside AWS Lambda (or under a local runtime that speaks its Runtime API). */
export function inLambda(env: NodeJS.ProcessEnv = process.env): boolean {
  return Boolean(env.AWS_LAMBDA_RUNTIME_API);
}
