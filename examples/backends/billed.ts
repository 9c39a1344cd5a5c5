import { defineLambda, type Lambda } from '@tracelet/lambda';
import { platformTelemetry } from '@tracelet/lambda/platform-telemetry';

export const lambda: Lambda = defineLambda({
  plugins: [
    platformTelemetry({ prices: { asOf: '2026-11', gbSecondUsd: { x64: 0.0000183334, arm64: 0.0000146667 } } }),
  ],
});
