import { batchHandler } from './batch.ts';
import { planBatch } from './batch-span.ts';
import { assertFunction } from './errors.ts';
import type {
  BatchOptions,
  BatchWrapper,
  Each,
  FirehoseWrapper,
  Handler,
  Lambda,
  StreamifyHandler,
  Wrap,
} from './handler.ts';
import type { Pipeline } from './pipeline.ts';
import { setUpPlugins } from './plugin-host.ts';
import { mergeSettings, type ResolvedSettings, type Settings } from './preset.ts';
import { runRecord } from './record.ts';
import { bareFrame, type RunOptions } from './run.ts';
import type { RecordScope } from './scope.ts';
import { currentFrame, shared } from './shared.ts';
import type { AnyTrigger, BatchTrigger, Carrier } from './trigger.ts';
import { dynamodbStreams, firehose, kafka, kinesis, mq, s3, sns, sqs } from './triggers/index.ts';
import { streamify, wrap } from './wrap.ts';

/** What a `lambda` is made of. */
export interface LambdaOptions {
  /** Gives the process's pipeline, built by the first wrap and never by an import. */
  readonly pipeline: () => Pipeline;
  /** Defaults of the process; what `.with` says goes above them. */
  readonly settings: Settings;
  /** Checks what comes from code without types. Default: it is trusted. */
  readonly check?: SettingsCheck | undefined;
  /** What nothing in code overrides: the environment, then what a preset enforces. Read when a handler is wrapped. */
  readonly above: () => readonly (Settings | undefined)[];
}

/** Checks settings and says what is wrong with them; gives them back without that. `where` names the place. */
export interface SettingsCheck {
  settings(settings: Settings, where: string): Settings;
  batch<O extends object>(options: O, where: string, trigger: AnyTrigger): O;
  /** Has the last word on what applies to a handler, once everybody has had a say. */
  resolved?(settings: ResolvedSettings): ResolvedSettings;
}

/**
 * Makes a {@link Lambda}. Applications take the one of `@tracelet/lambda`; this is for packages that bring a pipeline
 * of their own.
 */
export function createLambda(options: LambdaOptions): Lambda {
  const { check } = options;
  const resolve = (extra?: Settings): ResolvedSettings => {
    const settings = mergeSettings(options.settings, extra, ...options.above());
    return check?.resolved?.(settings) ?? settings;
  };
  const runOptions = (settings: ResolvedSettings): RunOptions => {
    const built = options.pipeline();
    built.redact.add(settings.redact);
    if (built.host !== undefined) setUpPlugins(settings.plugins, built.host);
    // A test harness stands in front of the process's own pipeline while it runs a handler.
    return { settings, pipeline: () => shared().override?.() ?? built };
  };
  const wrapPlain = (handler: unknown): unknown => wrap(handler, runOptions(resolve()));
  const batches = <E, Rec, R, H>(trigger: BatchTrigger<E, Rec, R>): BatchWrapper<H, Rec> => {
    return (optionsOrEach: BatchOptions<Rec, unknown> | Each<Rec, Rec>, maybeEach?: Each<never, Rec>) => {
      const [given, each] = typeof optionsOrEach === 'function' ? [{}, optionsOrEach] : [optionsOrEach, maybeEach];
      const where = `The batch wrapper of ${trigger.id}`;
      assertFunction(each, where);
      const options = (given ?? {}) as BatchOptions<Rec, Rec>;
      const { parse, idempotencyKey, carrier, ...batch } = check?.batch(options, where, trigger) ?? options;
      const source = carrier === undefined ? trigger : withCarrier(trigger, carrier);
      const settings = resolve({ batch, triggers: [source] });
      const handler = batchHandler(source, { parse, idempotencyKey }, each as Each<Rec, Rec>);
      return wrap(handler, { ...runOptions(settings), always: true }) as H;
    };
  };
  const members: Omit<Lambda, keyof Wrap> = {
    sqs: batches(sqs),
    kinesis: batches(kinesis),
    dynamodb: batches(dynamodbStreams),
    kafka: batches(kafka),
    mq: batches(mq),
    sns: batches(sns),
    s3: batches(s3),
    firehose: batches(firehose) as FirehoseWrapper,
    stream: <E, R>(handler: StreamifyHandler<E, R>) => wrapPlain(streamify(handler)) as StreamifyHandler<E, R>,
    record: recordWrapper,
    records: <E, Rec, R>(trigger: BatchTrigger<E, Rec, R>) => batches<E, Rec, R, Handler<E, R | undefined>>(trigger),
    with: (extra) => {
      const settings = check?.settings(extra, 'lambda.with') ?? extra;
      return createLambda({ ...options, settings: mergeSettings(options.settings, settings) });
    },
  };
  return Object.assign(wrapPlain as Wrap, members);
}

/** A trigger that looks for a record's trace context where it is told, then where it would have. */
function withCarrier<E, Rec, R>(
  trigger: BatchTrigger<E, Rec, R>,
  carrier: (record: Rec) => Carrier | undefined,
): BatchTrigger<E, Rec, R> {
  const { records } = trigger;
  return { ...trigger, records: { ...records, carrier: (record) => carrier(record) ?? records.carrier?.(record) } };
}

/** A record's own scope and span inside a batch loop that somebody else runs. */
function recordWrapper<Rec, R>(each: (record: Rec, scope: RecordScope<Rec>) => R): (record: Rec) => R {
  assertFunction(each, 'lambda.record()');
  return (record) => {
    const frame = currentFrame() ?? bareFrame();
    const { event, trigger } = frame.invocation;
    return runRecord<Rec, R>(frame, planBatch(trigger, event), record, (scope) => each(record, scope));
  };
}
