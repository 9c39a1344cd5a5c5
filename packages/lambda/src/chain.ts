import { type Baggage, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import {
  type ChainPlace,
  type ChainRule,
  carrierGetter,
  carriersOf,
  currentFrame,
  diagnose,
  isSameSecret,
  isTrusted,
  recordsOf,
  shared,
  TraceletError,
} from '@tracelet/core';

/** How a caller proves that it may ask for everything. */
export interface DebugOnDemandOptions {
  /** The value of the baggage entry {@link DEBUG_BAGGAGE} that counts; a secret of 16 characters or more. */
  readonly token: string;
  /** Whether it counts in HTTP events too, whose baggage anybody can send. Default: `false`. */
  readonly trustHttp?: boolean | undefined;
}

/** How a chain of invocations that calls itself is noticed. */
export interface LoopGuardOptions {
  /** How many invocations may follow one another. */
  readonly maxHops: number;
  /** Whether counts in HTTP events are believed, whose baggage anybody can send. Default: `false`, they begin anew. */
  readonly trustHttp?: boolean | undefined;
}

/** The baggage entry that asks for all spans and lines. */
export const DEBUG_BAGGAGE = 'tracelet.debug';

/** The baggage entry that counts invocations which follow one another. */
const HOPS_BAGGAGE = 'tracelet.hops';

const HOP_COUNT = 'tracelet.loop.hop_count';
const LOOP_SUSPECTED = 'tracelet.loop.suspected';

/** A token that can be guessed is none. */
const LEAST_LENGTH = 16;

/** Records of a batch that are looked into; a function that calls itself does so with every record. */
const MAX_RECORDS = 10;

/**
 * Lets whoever knows the token ask for all spans and all log lines of an invocation, and of those that it calls: it goes
 * before ratio, sampler and rules to drop, and makes lines of every level that Lambda lets through be written. The value of
 * the setting `sampling.debug`.
 *
 * The entry is passed on with the baggage, to AWS and to hosts of `propagateTo` alone. One with another token, or from an
 * HTTP caller that is not trusted, is taken out.
 *
 * @throws {TraceletError} `bad_setting` for a token of less than 16 characters, outside Lambda. Inside Lambda that is said
 *   once, and no token counts.
 * @example
 * export const lambda = defineLambda({ sampling: { debug: debugOnDemand({ token }) } });
 */
export function debugOnDemand({ token, trustHttp = false }: DebugOnDemandOptions): ChainRule {
  const isUsable = typeof token === 'string' && token.length >= LEAST_LENGTH;
  if (!isUsable) refuse('debugOnDemand', 'token', `a text of ${LEAST_LENGTH} characters or more`);
  return (place) => {
    const isForced = isUsable && valuesOf(DEBUG_BAGGAGE, place, trustHttp).some((value) => isSameSecret(value, token));
    const { parent } = place;
    const baggage = propagation.getBaggage(parent) ?? propagation.createBaggage();
    const next = isForced ? baggage.setEntry(DEBUG_BAGGAGE, { value: token }) : baggage.removeEntry(DEBUG_BAGGAGE);
    return { parent: propagation.setBaggage(parent, next), isForced, begun: isForced ? openLogs : undefined };
  };
}

/**
 * Counts invocations that follow one another, in the baggage entry `tracelet.hops`: the span of each says its number, that
 * of one beyond `maxHops` has `tracelet.loop.suspected`, and a line says so once. Nothing is stopped, and no result
 * changes. The value of the setting `loopGuard`.
 *
 * @throws {TraceletError} `bad_setting` for what is no whole number from 1 on, outside Lambda. Inside Lambda that is said
 *   once, and nothing is suspected.
 * @example
 * export const lambda = defineLambda({ loopGuard: loopGuard({ maxHops: 20 }) });
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
export function loopGuard({ maxHops, trustHttp = false }: LoopGuardOptions): ChainRule {
  const isUsable = Number.isInteger(maxHops) && maxHops > 0;
  if (!isUsable) refuse('loopGuard', 'maxHops', 'a whole number from 1 on');
  return (place) => {
    const { parent } = place;
    const hops = Math.max(0, ...valuesOf(HOPS_BAGGAGE, place, trustHttp).map(countIn)) + 1;
    const isSuspect = isUsable && hops > maxHops;
    if (isSuspect) diagnose('loop_suspected', `${hops} invocations followed one another`, LOOP_REMEDY);
    const baggage = propagation.getBaggage(parent) ?? propagation.createBaggage();
    return {
      parent: propagation.setBaggage(parent, baggage.setEntry(HOPS_BAGGAGE, { value: String(hops) })),
      attributes: { [HOP_COUNT]: hops, ...(isSuspect && { [LOOP_SUSPECTED]: true }) },
    };
  };
}

const LOOP_REMEDY = 'Look at the trace for what calls itself, or raise the maxHops of loopGuard().';

/** Four digits at most, whoever sent them. */
function countIn(value: string): number {
  return /^\d{1,4}$/.test(value) ? Number(value) : 0;
}

/** What those who called say under a key, of a batch the producers of its first records as well. */
function valuesOf(key: string, place: ChainPlace, trustHttp: boolean): readonly string[] {
  if (place.trigger.kind === 'http' && !trustHttp) return [];
  return baggagesOf(place).flatMap((each) => each.getEntry(key)?.value ?? []);
}

function baggagesOf({ event, parent, pipeline, trigger }: ChainPlace): readonly Baggage[] {
  const { kind, records } = trigger;
  const isRead = records !== undefined && records.single !== true && isTrusted(pipeline.trustRemote, kind);
  const contexts = (isRead ? recordsOf(records, event).slice(0, MAX_RECORDS) : [])
    .flatMap((record) => carriersOf(records ?? {}, record))
    .map((carrier) => propagation.extract(ROOT_CONTEXT, carrier, carrierGetter));
  return [parent, ...contexts].flatMap((each) => propagation.getBaggage(each) ?? []);
}

/** Log gates that let the lines of such invocations through. */
const opened = new WeakSet<object>();

/** Has all lines of an invocation written, whatever their level. */
function openLogs(info: object): void {
  const state = shared();
  const before = state.logGate;
  if (before === undefined || !opened.has(before)) {
    state.logGate = {
      admit: (severityNumber, allowed) =>
        currentFrame()?.invocation.sampling?.verdict === true || (before?.admit(severityNumber, allowed) ?? allowed),
      release: (...args) => before?.release(...args),
    };
    opened.add(state.logGate);
  }
  // What was there before holds lines by rules of its own.
  before?.release(info);
}

function refuse(where: string, option: string, wanted: string): void {
  const what = `${where}: the option ${option} is not usable`;
  if (!process.env.AWS_LAMBDA_RUNTIME_API) throw new TraceletError('bad_setting', `${what}: it has to be ${wanted}.`);
  diagnose(`bad_setting:${where}`, what, `Mend it: it has to be ${wanted}.`, 'error');
}
