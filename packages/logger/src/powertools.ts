import { factsNow } from './facts-now.ts';
import { factNames, isPlatformFormat } from './names.ts';

/** A line of the Powertools Logger before it is printed, by shape. */
export interface PowertoolsLogItem {
  getAttributes(): Readonly<Record<string, unknown>>;
  setAttributes(attributes: never): void;
}

/** A formatter of the Powertools Logger, by shape. */
export interface PowertoolsFormatter {
  formatAttributes(attributes: never, additionalLogAttributes: never): PowertoolsLogItem;
}

/** What the Powertools Logger's package exports for formatters. */
export interface PowertoolsParts<F> {
  readonly LogFormatter: abstract new () => F;
  readonly LogItem: new (params: { attributes: Record<string, unknown> }) => unknown;
}

/**
 * A formatter for the Powertools Logger that adds the trace ids and the facts of the invocation to its lines. A field
 * that a line has already stays, so the names of Powertools do.
 *
 * @param inner A formatter of yours, or the two classes of Powertools for its default line.
 * @example
 * import { LogFormatter, LogItem, Logger } from '@aws-lambda-powertools/logger';
 * const logger = new Logger({ logFormatter: powertoolsFormatter({ LogFormatter, LogItem }) });
 * @see https://docs.powertools.aws.dev/lambda/typescript/latest/features/logger/#custom-log-formatter
 */
export function powertoolsFormatter<F>(inner: PowertoolsParts<F>, env?: NodeJS.ProcessEnv): F;
export function powertoolsFormatter<F extends PowertoolsFormatter>(inner: F, env?: NodeJS.ProcessEnv): F;
export function powertoolsFormatter(
  given: PowertoolsFormatter | PowertoolsParts<object>,
  env: NodeJS.ProcessEnv = process.env,
): object {
  const inner = 'formatAttributes' in given ? given : defaultFormatter(given);
  const names = factNames(isPlatformFormat(env));
  const formatAttributes = (attributes: never, additional: never): PowertoolsLogItem => {
    const item = inner.formatAttributes(attributes, additional);
    const said = item.getAttributes();
    const missing = Object.entries(factsNow(names, env)).filter(([name]) => !said[name]);
    item.setAttributes({ ...said, ...Object.fromEntries(missing) } as never);
    return item;
  };
  // Members of the inner one may be private, so they need the object itself.
  return new Proxy(inner, {
    get(target, key) {
      if (key === 'formatAttributes') return formatAttributes;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

interface Unformatted {
  readonly [key: string]: unknown;
  readonly timestamp: Date;
  readonly lambdaContext?: Readonly<Record<string, unknown>>;
}

/** The formatter that Powertools uses when it is given none, and does not export. */
function defaultFormatter({ LogFormatter, LogItem }: PowertoolsParts<object>): PowertoolsFormatter {
  class DefaultFormatter extends LogFormatter {
    formatAttributes(given: Unformatted, additional: object): unknown {
      const { lambdaContext: context } = given;
      const { formatTimestamp } = this as unknown as { formatTimestamp(now: Date): string };
      const attributes = {
        level: given.logLevel,
        message: given.message,
        timestamp: formatTimestamp.call(this, given.timestamp),
        service: given.serviceName,
        cold_start: context?.coldStart,
        function_arn: context?.invokedFunctionArn,
        function_memory_size: context?.memoryLimitInMB,
        function_name: context?.functionName,
        function_request_id: context?.awsRequestId,
        sampling_rate: given.sampleRateValue,
        xray_trace_id: given.xRayTraceId,
        tenant_id: context?.tenantId,
      };
      const item = new LogItem({ attributes }) as { addAttributes(more: object): unknown };
      item.addAttributes(additional);
      return item;
    }
  }
  return new DefaultFormatter() as unknown as PowertoolsFormatter;
}
