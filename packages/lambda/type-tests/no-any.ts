// No parameter and no result of the public signatures is `any`, and no result becomes `any` by inference.
import {
  type BatchOptions,
  type BatchTrigger,
  change,
  type defineBatchTrigger,
  type defineLambda,
  type defineTrigger,
  type Each,
  type ExporterLike,
  type InvocationInfo,
  type isTraceletError,
  json,
  type Lambda,
  lambda,
  type Outcome,
  type Plugin,
  type Preset,
  type ProviderLike,
  type RecordInfo,
  type RecordScope,
  type Schema,
  type Scope,
  type Settings,
  type StreamifyHandler,
  type scope,
  span,
  type Trigger,
} from '@tracelet/lambda';
import type { SQSRecord } from 'aws-lambda';
import type { Holds, IsAny } from './proof.js';

/** `true` for `any`, and for a function that takes or gives it; of overloads the last one is looked at. */
type AnyIn<F> =
  IsAny<F> extends true
    ? true
    : F extends (...args: infer A extends readonly unknown[]) => infer R
      ? AnyAmong<[...A, R, Awaited<R>]>
      : false;
type AnyAmong<T extends readonly unknown[]> = T extends readonly [infer Head, ...infer Tail]
  ? IsAny<Head> extends true
    ? true
    : AnyAmong<Tail>
  : false;

/** Names of the members that are `any`, or functions that take or give it. */
type AnyMembers<T> = { [K in keyof T]-?: AnyIn<NonNullable<T[K]>> extends true ? K : never }[keyof T];
type None<T> = [T] extends [never] ? true : false;

// The proofs can fail.
type Any = ReturnType<typeof JSON.parse>;
type Bad = { readonly good: (x: string) => string; takes(x: Any): void; gives(): Any; is: Any };
export type CanFail = [
  Holds<AnyIn<(x: Any) => void>>,
  Holds<AnyIn<() => Any>>,
  Holds<AnyIn<() => Promise<Any>>>,
  Holds<AnyMembers<Bad> extends 'takes' | 'gives' | 'is' ? true : false>,
  Holds<'takes' | 'gives' | 'is' extends AnyMembers<Bad> ? true : false>,
];

type Functions = {
  lambda: typeof lambda;
  defineLambda: typeof defineLambda;
  defineTrigger: typeof defineTrigger;
  defineBatchTrigger: typeof defineBatchTrigger;
  change: typeof change;
  json: typeof json;
  scope: typeof scope;
  span: typeof span;
  isTraceletError: typeof isTraceletError;
  parseJson: ReturnType<typeof json>;
  parseChange: ReturnType<typeof change>;
  each: Each<string, SQSRecord>;
  stream: StreamifyHandler;
};
export type NoAnyInMembers = [
  Holds<None<AnyMembers<Functions>>>,
  Holds<None<AnyMembers<Lambda>>>,
  Holds<None<AnyMembers<typeof span>>>,
  Holds<None<AnyMembers<Scope>>>,
  Holds<None<AnyMembers<RecordScope<SQSRecord>>>>,
  Holds<None<AnyMembers<Scope['log']>>>,
  Holds<None<AnyMembers<Settings>>>,
  Holds<None<AnyMembers<Preset>>>,
  Holds<None<AnyMembers<NonNullable<Preset['enforce']>>>>,
  Holds<None<AnyMembers<BatchOptions<SQSRecord, string>>>>,
  Holds<None<AnyMembers<Trigger>>>,
  Holds<None<AnyMembers<BatchTrigger<string, string, string>>>>,
  Holds<None<AnyMembers<BatchTrigger<string, string, string>['records']>>>,
  Holds<None<AnyMembers<Outcome>>>,
  Holds<None<AnyMembers<Plugin>>>,
  Holds<None<AnyMembers<InvocationInfo>>>,
  Holds<None<AnyMembers<RecordInfo>>>,
  Holds<None<AnyMembers<ExporterLike>>>,
  Holds<None<AnyMembers<ProviderLike>>>,
  Holds<None<AnyMembers<Schema<string>['~standard']>>>,
];

// Inference does not fall back to `any` where nothing says what the type is.
const bare = lambda(async (event) => {
  const proof: IsAny<typeof event> = false;
  return proof;
});
const streamed = lambda.stream(async (event, responseStream, context) => {
  const proofs: [false, false, false] = [
    {} as IsAny<typeof event>,
    {} as IsAny<typeof responseStream>,
    {} as IsAny<typeof context>,
  ];
  void proofs;
});
const parsed = lambda.sqs({ parse: json() }, async (payload) => {
  const proof: IsAny<typeof payload> = false;
  void proof;
});
const unmarshalled = lambda.dynamodb({ parse: change() }, async ({ newImage, keys }) => {
  const proofs: [false, false] = [{} as IsAny<typeof newImage>, {} as IsAny<typeof keys>];
  void proofs;
});
const record = lambda.record((value, recordScope) => {
  const proofs: [false, false] = [{} as IsAny<typeof value>, {} as IsAny<typeof recordScope.record>];
  return proofs.length;
});
const byCallback = lambda((event, context, callback) => {
  const proofs: [false, false, false] = [
    {} as IsAny<typeof event>,
    {} as IsAny<typeof context>,
    {} as IsAny<typeof callback>,
  ];
  void proofs;
});
const spanned = span('name', (s) => ({ s }) as const);
export type NoAnyByInference = [
  Holds<AnyIn<typeof bare> extends true ? false : true>,
  Holds<AnyIn<typeof streamed> extends true ? false : true>,
  Holds<AnyIn<typeof parsed> extends true ? false : true>,
  Holds<AnyIn<typeof unmarshalled> extends true ? false : true>,
  Holds<AnyIn<typeof record> extends true ? false : true>,
  Holds<AnyIn<typeof byCallback> extends true ? false : true>,
  Holds<IsAny<(typeof spanned)['s']> extends true ? false : true>,
];
