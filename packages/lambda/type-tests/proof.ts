/** Whether two types are the same, `any` and `readonly` told apart. */
export type Same<A, B> =
  (<T>() => T extends A ? 'yes' : 'no') extends <T>() => T extends B ? 'yes' : 'no' ? true : false;

/** Whether a type is `any`. */
export type IsAny<T> = 0 extends 1 & T ? true : false;

/** Holds a type to `true` or `false`: `type Proof = Holds<Same<A, B>>`. */
export type Holds<T extends true> = T;

/** Holds the type of a value to be `Expected` and nothing wider or narrower: `exactly<Order>().of(order)`. */
export declare function exactly<Expected>(): {
  of<Actual>(value: Actual, ...mismatch: Same<Actual, Expected> extends true ? [] : [expected: Expected]): void;
};
