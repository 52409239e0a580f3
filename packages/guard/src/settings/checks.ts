const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** @throws {TypeError} naming the wrong option */
export function check(condition: boolean, name: string, rule: string): asserts condition {
  if (!condition) throw new TypeError(`BearerModule: ${name} ${rule}`);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** A switch, or its default. Text such as "false" is refused. @throws {TypeError} naming the wrong option */
export function flag(name: string, value: boolean | undefined, fallback: boolean): boolean {
  check(value === undefined || typeof value === 'boolean', name, 'must be true or false');
  return value ?? fallback;
}

/** A duration in seconds, or its default. @throws {TypeError} naming the wrong option */
export function seconds(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  check(Number.isFinite(value) && value >= 0, name, 'must be a number of seconds, 0 or more');
  return value;
}

/** A whole number, or its default. @throws {TypeError} naming the wrong option */
export function count(name: string, value: number | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  check(Number.isInteger(value) && value >= 0, name, 'must be a whole number, 0 or more');
  return value;
}

/** One identifier or several, as a list. @throws {TypeError} naming the wrong option */
export function texts(name: string, value: string | readonly string[] | undefined): [string, ...string[]] {
  const list = typeof value === 'string' ? [value] : [...(value ?? [])];
  const [first, ...others] = list;
  check(
    first !== undefined && list.every(isText),
    name,
    'must be this service’s identifier, or a list of them',
  );
  return [first, ...others];
}

/** One of several names. @throws {TypeError} naming the wrong option */
export function oneOf<Name extends string>(option: string, value: Name, names: readonly Name[]): Name {
  check(names.includes(value), option, `must be ${names.join(' or ')}`);
  return value;
}

/**
 * Whether a URL is https, or http on loopback.
 *
 * @param allowHttp accepts http everywhere
 */
export function isSecureUrl(value: string, allowHttp = false): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && (allowHttp || LOOPBACK.test(hostname)));
}
