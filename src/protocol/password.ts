/** Characters of a password (NIST SP 800-63B-4 §3.1.1.2). There are no rules about which ones. */
export const minPasswordLength = 8;
export const maxPasswordLength = 1_024;

/**
 * A password in the form in which it is hashed and compared (OpaqueString, RFC 8265 §4.2): every kind of space is a space, and
 * letters with marks have one spelling, whatever keyboard they come from.
 */
export function preparePassword(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

/** The length of a password: the code points of its prepared form. */
export function passwordLength(password: string): number {
  return Array.from(preparePassword(password)).length;
}

/** Whether a password is too long, told without reading all of it. */
export function exceedsMaxPasswordLength(password: string): boolean {
  // A code point has two code units at most, and its canonical decomposition four code points.
  return password.length > 8 * maxPasswordLength || passwordLength(password) > maxPasswordLength;
}
