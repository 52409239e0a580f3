/**
 * A form of password hashes. Another one is its file and its line in `hash-kinds.ts`. The pattern bounds the parameters: a hash that was
 * imported must not make a sign-in take all memory, or minutes.
 */
export interface HashKind {
  readonly pattern: RegExp;
  /** Whether the password has this hash, which is of the pattern. */
  matches(stored: string, password: string): Promise<boolean>;
}

/** Base64 without padding, as the PHC string format has it (https://github.com/P-H-C/phc-string-format). */
export const unpadded = (base64: string): string => base64.replaceAll('=', '');
