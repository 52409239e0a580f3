/** 20 letters: no vowels, so that codes form no words, and none that look alike (RFC 8628 §6.1). */
export const userCodeAlphabet = 'BCDFGHJKLMNPQRSTVWXZ';
export const userCodeLength = 8;

const userCode = new RegExp(`^[${userCodeAlphabet}]{${userCodeLength}}$`);

/**
 * The form in which user codes are compared: case, hyphens and spaces do not count ("The server should ignore any characters like
 * punctuation that are not in the user code character set", RFC 8628 §6.1).
 * @returns undefined if it cannot be a user code
 */
export function normalUserCode(typed: string): string | undefined {
  const letters = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
  return userCode.test(letters) ? letters : undefined;
}

/** The form for people: two groups of four letters. */
export function readableUserCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
