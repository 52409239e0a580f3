/**
 * A new username has no surrounding spaces and no characters that cannot be seen: format characters such as the zero-width space, what
 * Unicode says to ignore in display, control characters and line breaks, unassigned ones, and the blank braille pattern.
 */
const newUsernamePattern = /^(?!\s)[^\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800]+(?<!\s)$/u;

/** What is wrong with a new username, as a predicate; undefined if nothing is. Users that have such a name keep it. */
export function newUsernameViolation(username: string): string | undefined {
  return newUsernamePattern.test(username) ? undefined : 'must not contain invisible characters';
}
