/** The member of a value whose type is not known; `undefined` if it is not an object, or has no such member. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) ? (value as Record<string, unknown>)[name] : undefined;
}

/** What a method without parameters returns; `undefined` if there is no such method. */
export function resultOf(value: object, method: string): unknown {
  const found = member(value, method);
  return typeof found === 'function' ? (found.call(value) as unknown) : undefined;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
