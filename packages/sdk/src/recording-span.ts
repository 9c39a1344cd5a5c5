import {
  type Attributes,
  type AttributeValue,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  type TimeInput,
} from '@opentelemetry/api';
import { exceptionAttributes } from '@tracelet/core';
import { msToHrTime } from './clock.ts';
import type { SpanLimits } from './limits.ts';
import type { OtlpEvent, OtlpLink, OtlpResource, OtlpScope, OtlpSpan } from './otlp/otlp-data.ts';
import { type AttributeBag, fillBag, putAttribute } from './span-attributes.ts';
import type { Lose, SpanTail } from './tail.ts';

/** What all spans of a tracer have in common. */
export interface SpanHome {
  readonly resource: OtlpResource;
  readonly scope: OtlpScope;
  readonly limits: SpanLimits;
  readonly now: () => HrTime;
  /** Takes every span as it ends. */
  readonly onEnd: (span: OtlpSpan) => void;
  /** What holds the spans until the end of their invocation; then `base` is what they are sent by. */
  readonly tail?: SpanTail | undefined;
  readonly base?: SpanHome | undefined;
  readonly lose?: Lose | undefined;
}

/** What a span starts with. */
export interface SpanSeed {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: SpanContext;
  readonly parentSpanContext: SpanContext | undefined;
  readonly attributes: AttributeBag;
  readonly links: readonly Link[] | undefined;
  readonly startTime: TimeInput | undefined;
  /** The open spans of the tree that it joins. Default: it is the first of a tree. */
  readonly openSpans?: Set<RecordingSpan> | undefined;
}

// Replaced, never changed, so that not each span makes its own.
const NEVER: HrTime = [0, 0];
const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };

/**
 * A span of the OpenTelemetry API that is ready to be encoded when it ends: it has the shape that the encoders, and the
 * exporters of either SDK line, read. Limits, statuses and times follow the SDK's rules, and tests hold it to the SDK's
 * own span; it costs a fraction of it (see docs/decisions/0003-own-span.md).
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/api/#span
 */
export class RecordingSpan implements Span, OtlpSpan {
  name: string;
  readonly kind: SpanKind;
  readonly parentSpanContext: SpanContext | undefined;
  readonly startTime: HrTime;
  endTime: HrTime = NEVER;
  status: SpanStatus = UNSET;
  readonly links: OtlpLink[] = [];
  readonly events: OtlpEvent[] = [];
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  ended = false;
  /**
   * The spans below the same local root that have not ended, oldest first. The tree itself holds them and nothing else
   * does, so a span that is never ended goes with its tree. An entry costs 60 ns.
   */
  readonly openSpans: Set<RecordingSpan>;
  readonly #context: SpanContext;
  readonly #attributes: AttributeBag;
  readonly #home: SpanHome;

  constructor(home: SpanHome, seed: SpanSeed) {
    this.#home = home;
    this.#context = seed.spanContext;
    this.#attributes = seed.attributes;
    this.name = seed.name;
    this.kind = seed.kind;
    this.parentSpanContext = seed.parentSpanContext;
    this.startTime = this.#timeOf(seed.startTime);
    if (seed.links !== undefined) this.addLinks(seed.links);
    this.openSpans = seed.openSpans ?? new Set();
    this.openSpans.add(this);
  }

  get attributes(): Attributes {
    return this.#attributes.values;
  }

  get droppedAttributesCount(): number {
    return this.#attributes.dropped;
  }

  get resource(): OtlpResource {
    return this.#home.resource;
  }

  get instrumentationScope(): OtlpScope {
    return this.#home.scope;
  }

  get duration(): HrTime {
    const [seconds, nanos] = [this.endTime[0] - this.startTime[0], this.endTime[1] - this.startTime[1]];
    return nanos < 0 ? [seconds - 1, nanos + 1e9] : [seconds, nanos];
  }

  /** What holds it, where it is not sampled but may be kept. */
  get tail(): SpanTail | undefined {
    return this.#home.tail;
  }

  /** A span like this one that nothing holds. */
  free(seed: Partial<SpanSeed>): RecordingSpan {
    return this.another(seed, this.#home.base);
  }

  // A property, not a method on the prototype: encoders and exporters call it detached.
  readonly spanContext = (): SpanContext => this.#context;

  /** A span like this one but for what is given: another one of the same resource and scope, or a copy without events. */
  another(seed: Partial<SpanSeed> = {}, home: SpanHome = this.#home): RecordingSpan {
    const attributes = fillBag(this.attributes, Infinity, Infinity);
    return new RecordingSpan(home, {
      ...this,
      spanContext: this.#context,
      attributes,
      openSpans: undefined,
      ...seed,
    } as SpanSeed);
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (!this.ended) putAttribute(this.#attributes, key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const [key, value] of Object.entries(attributes)) this.setAttribute(key, value as AttributeValue);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.ended) return this;
    const { attributePerEventCountLimit, attributeValueLengthLimit, eventCountLimit } = this.#home.limits;
    const isTime = isTimeInput(attributesOrTime);
    const attributes = isTime ? undefined : attributesOrTime;
    const bag = fillBag(attributes, attributePerEventCountLimit, attributeValueLengthLimit);
    const at = this.#timeOf(time ?? (isTime ? attributesOrTime : undefined));
    const event = { name, time: at, attributes: bag.values, droppedAttributesCount: bag.dropped };
    this.droppedEventsCount += pushWithin(this.events, event, eventCountLimit);
    return this;
  }

  addLink({ attributes, context }: Link): this {
    if (this.ended) return this;
    const { attributePerLinkCountLimit, attributeValueLengthLimit, linkCountLimit } = this.#home.limits;
    const bag = fillBag(attributes, attributePerLinkCountLimit, attributeValueLengthLimit);
    const link = { context, attributes: bag.values, droppedAttributesCount: bag.dropped };
    this.droppedLinksCount += pushWithin(this.links, link, linkCountLimit);
    return this;
  }

  addLinks(links: readonly Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  /** `OK` is final, and only an error has a message. */
  setStatus({ code, message }: SpanStatus): this {
    if (this.ended || code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK) return this;
    this.status = code === SpanStatusCode.ERROR && typeof message === 'string' ? { code, message } : { code };
    return this;
  }

  updateName(name: string): this {
    if (!this.ended) this.name = name;
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    this.addEvent('exception', exceptionAttributes(exception), time);
  }

  end(endTime?: TimeInput): void {
    if (this.ended) return;
    this.endTime = this.#timeOf(endTime);
    if (isBefore(this.endTime, this.startTime)) this.endTime = this.startTime;
    this.ended = true;
    this.openSpans.delete(this);
    this.#home.onEnd(this);
  }

  #timeOf(given: TimeInput | undefined): HrTime {
    return given === undefined ? this.#home.now() : toHrTime(given);
  }
}

/** Adds to a bounded list; the oldest goes. Returns how many were dropped. */
function pushWithin<T>(list: T[], item: T, limit: number): number {
  if (limit <= 0) return 1;
  const dropped = list.length >= limit ? list.splice(0, list.length - limit + 1).length : 0;
  list.push(item);
  return dropped;
}

function isBefore(one: HrTime, other: HrTime): boolean {
  return one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
}

function isTimeInput(value: Attributes | TimeInput | undefined): value is TimeInput {
  return typeof value === 'number' || value instanceof Date || Array.isArray(value);
}

/** A number is milliseconds since the epoch, or since the process started when it is that small. */
function toHrTime(time: TimeInput): HrTime {
  if (Array.isArray(time)) return time;
  const given = Number(time);
  // No process lives that long, and the first look at `performance` costs a cold start 0.7 ms.
  const isAbsolute = given > YEARS_MS || given > performance.now();
  return msToHrTime(isAbsolute ? given : given + performance.timeOrigin);
}

const YEARS_MS = 1e11;
