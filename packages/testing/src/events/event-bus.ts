import type { EventBridgeEvent } from 'aws-lambda';

/** Options of {@link eventBridge}. */
export interface EventBridgeEventOptions<Detail extends object = object> {
  /** `com.example.shop` by default. */
  source?: string | undefined;
  /** `order placed` by default. */
  detailType?: string | undefined;
  /** `{}` by default. */
  detail?: Detail | undefined;
  /** W3C trace context of the sender, put into `detail`. */
  traceparent?: string | undefined;
  /** ARNs of what the event is about; none by default. */
  resources?: readonly string[] | undefined;
  /** Milliseconds since the event, 1,000 by default; the event carries whole seconds. */
  ageMs?: number | undefined;
  /** The time from which the age counts back, milliseconds since the epoch; now by default. */
  nowMs?: number | undefined;
}

/**
 * An event of an EventBridge bus, as a rule passes it on.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export function eventBridge<Detail extends object = object>(
  options: EventBridgeEventOptions<Detail> = {},
): EventBridgeEvent<string, Detail> {
  const { traceparent, detail } = options;
  return envelope(options, {
    source: options.source ?? 'com.example.shop',
    'detail-type': options.detailType ?? 'order placed',
    resources: [...(options.resources ?? [])],
    detail: { ...(traceparent === undefined ? {} : { traceparent }), ...detail } as Detail,
  });
}

/** Options of {@link schedule}. */
export interface ScheduleEventOptions extends Pick<EventBridgeEventOptions, 'ageMs' | 'nowMs'> {
  /** Name of the rule or schedule, `nightly` by default. */
  name?: string | undefined;
  /** The schedule is one of EventBridge Scheduler rather than of a rule. Off by default. */
  scheduler?: boolean | undefined;
}

/**
 * The event of a schedule: of an EventBridge rule, or of EventBridge Scheduler in its default group.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html
 */
export function schedule(options: ScheduleEventOptions = {}): EventBridgeEvent<'Scheduled Event', object | string> {
  const { name = 'nightly', scheduler = false } = options;
  const resource = scheduler
    ? `scheduler:eu-west-1:123456789012:schedule/default`
    : 'events:eu-west-1:123456789012:rule';
  return envelope(options, {
    source: scheduler ? 'aws.scheduler' : 'aws.events',
    'detail-type': 'Scheduled Event',
    resources: [`arn:aws:${resource}/${name}`],
    detail: scheduler ? '{}' : {},
  });
}

type Given<Type extends string, Detail> = Pick<
  EventBridgeEvent<Type, Detail>,
  'source' | 'detail-type' | 'resources' | 'detail'
>;

function envelope<Type extends string, Detail>(
  { ageMs = 1_000, nowMs = Date.now() }: Pick<EventBridgeEventOptions, 'ageMs' | 'nowMs'>,
  given: Given<Type, Detail>,
): EventBridgeEvent<Type, Detail> {
  return {
    version: '0',
    id: '6f1c1b6a-0d5e-4f3b-9a27-3c8f5e2d7b10',
    account: '123456789012',
    time: new Date(nowMs - ageMs).toISOString().replace(/\.\d+Z$/, 'Z'),
    region: 'eu-west-1',
    ...given,
  };
}
