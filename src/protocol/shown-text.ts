/**
 * Names and descriptions that people read. They hold no characters with which a name could hide, or pass itself off as something else:
 * control characters, line and paragraph separators, halves of characters, and the formatting characters of bidirectional text (UAX #9 §2),
 * which reorder the text around them. The pattern names them one by one, for programs that know no Unicode properties: it stands in the
 * OpenAPI document and in the schema of configuration files. Halves of characters are looked for beside it.
 */
export const shownText = {
  // oxlint-disable-next-line no-control-regex -- they are what it refuses
  pattern: /^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$/u,
  patternMeaning: 'must not contain control characters, line breaks or bidirectional formatting characters',
} as const;

/** Whether a text holds half of a character: a surrogate without the other one of its pair. */
export const hasHalf = (text: string): boolean => /\p{Cs}/u.test(text);

/** What is wrong with a name or a description that people read, as a predicate; undefined if nothing is. */
export function shownTextViolation(text: string): string | undefined {
  return !hasHalf(text) && shownText.pattern.test(text) ? undefined : shownText.patternMeaning;
}
