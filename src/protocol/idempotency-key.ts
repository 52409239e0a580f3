/** The longest key, in characters. */
export const maxKeyLength = 255;

/** An sf-string (RFC 9651 §3.3.3): printable ASCII, with `\"` and `\\` for a quote and a backslash. */
const quoted = String.raw`"(?:[ !#-\[\]-~]|\\["\\]){1,${maxKeyLength}}"`;

/** What many clients send instead: a UUID or another token without quotes. */
const unquoted = String.raw`[\w.:~+/=-]{1,${maxKeyLength}}`;

/** A value of the header. */
export const idempotencyKeyPattern = new RegExp(`^(?:${quoted}|${unquoted})$`);

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
