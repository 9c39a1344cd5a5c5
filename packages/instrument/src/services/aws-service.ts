import type { Attributes } from '@opentelemetry/api';

/** What goes along with a message: `traceparent`, `tracestate`, `baggage`, in the order of their worth. */
export type Carried = readonly (readonly [name: string, value: string])[];

/** The input or output of an operation; its members are whatever the caller or the service gave. */
export type Shape = Readonly<Record<string, unknown>>;

/** What is particular to one AWS service, of which the SDK's objects are at hand. */
export interface AwsService {
  /** Attributes that the input tells, beyond the resources that are named alike everywhere. */
  describe?(operation: string, input: Shape): Attributes;
  /** Attributes that the output tells. */
  result?(operation: string, output: Shape, input: Shape): Attributes;
  /**
   * A copy of the input that carries the context; the input itself where nothing can be added, or where the caller has
   * added a context already. Never changes what it is given.
   */
  inject?(operation: string, input: Shape, carried: Carried): Shape;
  /** Whether {@link inject} has to be asked for, because readers of the payload see what it adds. */
  readonly optIn?: boolean;
}

/** The members of an object, or none: of what is no object too. */
export function shapeOf(value: unknown): Shape {
  return typeof value === 'object' && value !== null ? (value as Shape) : {};
}

/** The members of a list, or none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The input with each member of one of its lists replaced; itself where none changed. */
export function mapList(input: Shape, key: string, change: (entry: Shape) => Shape): Shape {
  let changed = false;
  const entries = listOf(input[key]).map((entry) => {
    if (typeof entry !== 'object' || entry === null) return entry;
    const next = change(entry as Shape);
    changed ||= next !== entry;
    return next;
  });
  return changed ? { ...input, [key]: entries } : input;
}

/** The attributes whose values are known. */
export function known(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

/** A text, or nothing. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A number that is not 0, or nothing. */
export function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** The size of a text or of bytes in UTF-8. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  return value instanceof Uint8Array ? value.byteLength : 0;
}
