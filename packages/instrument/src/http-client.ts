import type { Span } from '@opentelemetry/api';
import type { AwsOperation } from './aws-operation.ts';
import type { Failure } from './failure.ts';
import type { Target } from './http-target.ts';

/** One call that has not ended. */
export interface HttpCall<R> {
  readonly request: R;
  readonly span: Span;
  readonly target: Target;
  readonly requestId: string | undefined;
  /** The operation that this call is an attempt of, where it is one of the AWS SDK's. */
  readonly aws: AwsOperation | undefined;
  /** How often this request was sent before: redirects, and retries of the AWS SDK. */
  readonly resendCount: number;
  /** When the response's head came, in milliseconds since the epoch. */
  headAtMs: number | undefined;
  statusCode: number | undefined;
  response: { readonly complete?: boolean | undefined } | undefined;
  timedOut: boolean;
}

/** The head of a response. */
export interface Head {
  readonly statusCode: number;
  /** Gives a header by its name in lower case. */
  get(name: string): string | undefined;
  /** Shows the first piece of the body as it passes by. */
  peek?(read: (chunk: unknown) => void): void;
  /** Whether the connection had carried a request before. */
  readonly reused?: boolean | undefined;
  readonly response?: HttpCall<never>['response'];
}

/** How a client tells what became of a call. */
export interface CallEvents<R> {
  /** The head of the response came. */
  head(call: HttpCall<R>, head: Head): void;
  /** The call is over, once: the response was read, the caller gave up, or `failure` says what went wrong. */
  end(call: HttpCall<R>, failure?: Failure): void;
}

/** What is particular to one HTTP client; `M` is what its channels tell. */
export interface HttpClient<R, M> {
  /** The channel that tells of a new request. */
  readonly created: string;
  requestOf(message: M): R;
  /** What a new request asks for; nothing for one that is not traced. */
  targetOf(request: R): Target | undefined;
  /** What to do with a call when its request emits what no channel tells; given, requests are emitters of events. */
  readonly events?: Readonly<Record<string, (call: HttpCall<R>, on: CallEvents<R>) => void>> | undefined;
  /** Shows the first piece of the body to be sent, as it is sent. */
  peekBody?(request: R, read: (chunk: unknown) => void): void;
  /** What to do with a call when a channel tells of it. */
  readonly channels: Readonly<Record<string, (call: HttpCall<R>, message: M, on: CallEvents<R>) => void>>;
  /** Whether headers can still be added. */
  isOpen(request: R): boolean;
  /** Gives a header of the request by its name in any case. */
  get(request: R, name: string): string | undefined;
  set(request: R, name: string, value: string): void;
  /** Sets a header that may be there already. */
  replace(request: R, name: string, value: string): void;
}
