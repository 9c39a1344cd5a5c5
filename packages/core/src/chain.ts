import {
  type Attributes,
  type Baggage,
  type Context as OtelContext,
  propagation,
  ROOT_CONTEXT,
} from '@opentelemetry/api';
import { HOP_COUNT, LOOP_SUSPECTED } from './attributes.ts';
import { carrierGetter } from './carrier.ts';
import { diagnose } from './diagnose.ts';
import type { Pipeline } from './pipeline.ts';
import { carriersOf } from './producer.ts';
import { isSameSecret } from './same-secret.ts';
import type { DebugOnDemand, LoopGuard } from './sampling-settings.ts';
import { recordsOf } from './shape.ts';
import { currentFrame, shared } from './shared.ts';
import type { Trigger } from './trigger.ts';
import { isTrusted } from './trust-remote.ts';

/** The baggage entry that asks for all spans and lines. */
const DEBUG = 'tracelet.debug';
/** The baggage entry that counts invocations which follow one another. */
const HOPS = 'tracelet.hops';

/** Records of a batch that are looked into: what follows itself follows itself with every record. */
const MAX_RECORDS = 10;

/** What an invocation learns from those before it. */
export interface Chain {
  /** The parent's context, with the baggage that those after it shall find. */
  readonly parent: OtelContext;
  /** Whether somebody who may do so asks for everything. */
  readonly isForced: boolean;
  readonly attributes: Attributes;
}

/** Where an invocation stands. */
export interface Place {
  readonly pipeline: Pipeline;
  readonly trigger: Trigger;
  readonly event: unknown;
  readonly parent: OtelContext;
}

/**
 * Reads the baggage of those who called, of a batch that of its first records as well, and writes it anew for those who
 * are called: the hop count one higher, the debug token only where it was right and could be believed.
 */
export function followChain(debug: DebugOnDemand | undefined, loop: LoopGuard | undefined, place: Place): Chain {
  const { parent } = place;
  const isHttp = place.trigger.kind === 'http';
  const said = baggagesOf(place);
  const valuesOf = (key: string, mayHttp = false): readonly string[] =>
    isHttp && !mayHttp ? [] : said.flatMap((each) => each.getEntry(key)?.value ?? []);
  let baggage = propagation.getBaggage(parent) ?? propagation.createBaggage();
  let isForced = false;
  let attributes: Attributes = {};
  const { token } = debug ?? {};
  if (token !== undefined) {
    isForced = valuesOf(DEBUG, debug?.trustHttp).some((value) => isSameSecret(value, token));
    baggage = isForced ? baggage.setEntry(DEBUG, { value: token }) : baggage.removeEntry(DEBUG);
  }
  const { maxHops } = loop ?? {};
  if (maxHops !== undefined) {
    const hops = Math.max(0, ...valuesOf(HOPS, loop?.trustHttp).map(countIn)) + 1;
    baggage = baggage.setEntry(HOPS, { value: String(hops) });
    attributes = hops > maxHops ? { [HOP_COUNT]: hops, [LOOP_SUSPECTED]: true } : { [HOP_COUNT]: hops };
    if (hops > maxHops) diagnose('loop_suspected', `${hops} invocations followed one another`, LOOP_REMEDY);
  }
  return { parent: propagation.setBaggage(parent, baggage), isForced, attributes };
}

const LOOP_REMEDY = 'Look at the trace for what calls itself, or raise loopGuard.maxHops.';

/** Has all lines of an invocation written, whatever their level. */
export function openLogs(info: object): void {
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

/** Log gates that let the lines of such invocations through. */
const opened = new WeakSet<object>();

/** No more than four digits, whoever sent them. */
function countIn(value: string): number {
  return /^\d{1,4}$/.test(value) ? Number(value) : 0;
}

function baggagesOf({ event, parent, pipeline, trigger }: Place): readonly Baggage[] {
  const { kind, records } = trigger;
  const isRead = records !== undefined && records.single !== true && isTrusted(pipeline.trustRemote, kind);
  const first = isRead ? recordsOf(records, event).slice(0, MAX_RECORDS) : [];
  const contexts = first.flatMap((record) =>
    carriersOf(records ?? {}, record).map((carrier) => propagation.extract(ROOT_CONTEXT, carrier, carrierGetter)),
  );
  return [parent, ...contexts].flatMap((each) => propagation.getBaggage(each) ?? []);
}
