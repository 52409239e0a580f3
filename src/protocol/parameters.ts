import { invalidRequest } from './errors.js';

/** More than any protocol request needs. */
const maxParameters = 100;

/** The parameters of one request, as sent in a query or a form body (RFC 6749 Appendix B). */
export class Parameters {
  private readonly values = new Map<string, string>();
  private readonly more = new Map<string, string[]>();
  /** Names that were sent more than once. */
  readonly repeated = new Set<string>();

  /**
   * Parses `application/x-www-form-urlencoded` text.
   * @throws OAuthError invalid_request on bad percent-encoding, bytes that are not UTF-8, NUL, or too many parameters
   */
  static parse(encoded: string): Parameters {
    const parameters = new Parameters();
    if (encoded === '') return parameters;
    const pairs = encoded.split('&');
    if (pairs.length > maxParameters) throw invalidRequest('the request has too many parameters');
    for (const pair of pairs) {
      const equals = pair.indexOf('=');
      const name = decode(equals < 0 ? pair : pair.slice(0, equals));
      const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
      if (name !== '') parameters.add(name, value);
    }
    return parameters;
  }

  /** Restores parameters from their `entries()`. */
  static from(entries: Iterable<readonly [string, string]>): Parameters {
    const parameters = new Parameters();
    for (const [name, value] of entries) parameters.add(name, value);
    return parameters;
  }

  /** The value, or undefined if it is absent or empty: "parameters sent without a value MUST be treated as if they were omitted" (RFC 6749 §3.1). */
  get(name: string): string | undefined {
    return this.values.get(name) || undefined;
  }

  /**
   * The value of a required parameter.
   * @throws OAuthError invalid_request if it is absent or empty
   */
  require(name: string): string {
    const value = this.get(name);
    if (value === undefined) throw invalidRequest(`${name} is missing`);
    return value;
  }

  /** All values of a repeatable parameter; empty ones count as omitted. */
  all(name: string): string[] {
    const first = this.values.get(name);
    return first === undefined ? [] : [first, ...(this.more.get(name) ?? [])].filter(Boolean);
  }

  /** All parameters, in the form that `Parameters.from` takes. */
  entries(): [string, string][] {
    const entries = [...this.values];
    for (const [name, values] of this.more) for (const value of values) entries.push([name, value]);
    return entries;
  }

  without(name: string): Parameters {
    return Parameters.from(this.entries().filter(([candidate]) => candidate !== name));
  }

  /**
   * "Request and response parameters MUST NOT be included more than once" (RFC 6749 §3.1 and §3.2); unknown ones are ignored.
   * @throws OAuthError invalid_request naming the first of `known` that was repeated
   */
  refuseRepeated(known: readonly string[]): void {
    if (this.repeated.size === 0) return;
    const name = known.find((candidate) => this.repeated.has(candidate));
    if (name !== undefined) throw invalidRequest(`${name} was sent more than once`);
  }

  private add(name: string, value: string): void {
    if (!this.values.has(name)) {
      this.values.set(name, value);
      return;
    }
    this.repeated.add(name);
    const others = this.more.get(name);
    if (others) others.push(value);
    else this.more.set(name, [value]);
  }
}

function decode(text: string): string {
  // The decoder puts this character in place of bytes that are not UTF-8.
  if (text.includes('\ufffd')) throw invalidRequest('the request is not UTF-8');
  let decoded = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (decoded.includes('%')) {
    try {
      decoded = decodeURIComponent(decoded);
    } catch {
      throw invalidRequest('the request has malformed percent-encoding');
    }
  }
  if (decoded.includes('\0')) throw invalidRequest('the request contains a NUL character');
  return decoded;
}
