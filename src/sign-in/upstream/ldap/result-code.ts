/** The result of a server that knows another one, or may not change anything itself (RFC 4511 §4.1.10). */
export const referralResult = 10;

/** The result code of the server; undefined if there is no result. */
export function resultCodeOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}
