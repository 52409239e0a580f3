/** The longest key, in characters. */
export const maxKeyLength = 255;

/**
 * A value of the header: an sf-string (RFC 9651 §3.3.3) of printable ASCII, with `\"` and `\\` for a quote and a backslash, or what many
 * clients send instead: a UUID or another token without quotes. Either has {@link maxKeyLength} characters at most.
 */
export const idempotencyKeyPattern = /^(?:"(?:[ !#-[\]-~]|\\["\\]){1,255}"|[\w.:~+/=-]{1,255})$/;

/**
 * The key in an `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header-07 §2.1). The header is a string of structured
 * fields; a key without its quotes is the same key.
 *
 * @returns undefined if the value is neither, or is empty or longer than {@link maxKeyLength}
 */
export function parseIdempotencyKey(header: string): string | undefined {
  const value = header.trim();
  if (!idempotencyKeyPattern.test(value)) return undefined;
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value;
}
