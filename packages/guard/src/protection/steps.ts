/** The next step: at once, or when the promise is fulfilled. A verifier may have promises of its own kind. */
export function andThen<T, R>(value: T | PromiseLike<T>, step: (value: T) => R | Promise<R>): R | Promise<R> {
  return isPromise(value) ? Promise.resolve(value).then(step) : step(value);
}

/** A step for each of these, one after the other. Returns a promise only if one of them does. */
export function inTurn<T>(items: readonly T[], step: (item: T) => unknown): undefined | Promise<undefined> {
  for (let i = 0; i < items.length; i += 1) {
    const done = step(items[i] as T);
    if (isPromise(done)) return Promise.resolve(done).then(() => inTurn(items.slice(i + 1), step));
  }
  return undefined;
}

function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as Partial<PromiseLike<T>> | null | undefined)?.then === 'function';
}
