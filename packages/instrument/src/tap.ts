import { guard } from './listen.ts';

type Method = (this: unknown, ...args: never[]) => unknown;

/**
 * Shows the first argument of the next call of a method, and is out of the way afterwards. What `read` throws is contained;
 * the call itself goes on as it was.
 */
export function tapOnce<K extends string>(
  target: { [key in K]?: unknown },
  method: K,
  read: (first: unknown) => void,
): void {
  const original = target[method];
  if (typeof original !== 'function' || Object.hasOwn(target, method)) return;
  const tapped = function (this: unknown, ...args: never[]): unknown {
    // Not deleted: that would make everything else about the object slow.
    target[method] = original;
    guard(method, () => read(args[0]));
    return Reflect.apply(original as Method, this, args);
  };
  target[method] = tapped;
}
