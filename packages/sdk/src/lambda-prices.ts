import type { Attributes } from '@opentelemetry/api';
import type { PlatformReport } from './platform-records.ts';

/** What Lambda charges, in US dollars, before free tier, volume tiers and savings plans. */
export interface LambdaPrices {
  /** When the prices were looked up, as year and month. */
  readonly asOf: string;
  readonly requestUsd: number;
  /** One GB of memory for one second, by `process.arch`. */
  readonly gbSecondUsd: Readonly<Record<string, number>>;
}

/**
 * The prices of `us-east-1`, and of most regions.
 *
 * @see https://aws.amazon.com/lambda/pricing/
 */
export const LAMBDA_PRICES: LambdaPrices = {
  asOf: '2026-11',
  requestUsd: 0.2e-6,
  gbSecondUsd: { x64: 0.0000166667, arm64: 0.0000133334 },
};

/** Estimates what an invocation cost; nothing where the report does not say enough. */
export function costOf(
  { billedMs, memoryMb }: PlatformReport,
  own: Partial<LambdaPrices> = {},
  arch: string = process.arch,
): Attributes {
  const { asOf, gbSecondUsd, requestUsd } = { ...LAMBDA_PRICES, ...own };
  const price = gbSecondUsd[arch];
  if (billedMs === undefined || memoryMb === undefined || price === undefined) return {};
  const cost = requestUsd + (billedMs / 1000) * (memoryMb / 1024) * price;
  // Ten digits after the point are a ten-thousandth of the price of a request.
  return { 'tracelet.previous.cost_usd': Number(cost.toFixed(10)), 'tracelet.previous.price_date': asOf };
}
