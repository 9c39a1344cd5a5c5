export {
  LAMBDA_PRICES,
  type LambdaPrices,
  type PlatformTelemetryOptions,
  platformTelemetry,
} from '@tracelet/sdk/platform-telemetry';
