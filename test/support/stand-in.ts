/** Stands for an object that exists only once the tests run, so that a block can name it in a constant. */
export function standIn<T extends object>(current: () => T | undefined): T {
  const existing = (): T => {
    const object = current();
    if (!object) throw new Error('it exists only once the tests run');
    return object;
  };
  return new Proxy({} as T, {
    get: (_target, name) => {
      const value: unknown = Reflect.get(existing(), name);
      return typeof value === 'function' ? (value.bind(existing()) as unknown) : value;
    },
    set: (_target, name, value) => Reflect.set(existing(), name, value),
  });
}
