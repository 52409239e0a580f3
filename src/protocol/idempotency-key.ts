/** The longest key, in characters. */
export const maxKeyLength = 255;

/** An sf-string (RFC 9651 §3.3.3): printable ASCII, with `\"` and `\\` for a quote and a backslash. */
const quoted = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/;

/** What many clients send instead: a UUID or another token without quotes. */
const unquoted = /^[\w.:~+/=-]+$/;

/**
 * The key in an `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header-07 §2.1). The header is a string of structured
 * fields; a key without its quotes is the same key.
 *
 * @returns undefined if the value is neither, or is empty or longer than {@link maxKeyLength}
 */
export function parseIdempotencyKey(header: string): string | undefined {
  const value = header.trim();
  if (value.length > 2 * maxKeyLength + 2) return undefined;
  const key = unquoted.test(value) ? value : quoted.exec(value)?.[1]?.replace(/\\(["\\])/g, '$1');
  return key !== undefined && key.length > 0 && key.length <= maxKeyLength ? key : undefined;
}
