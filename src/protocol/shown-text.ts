/**
 * Names and descriptions that people read. They hold no characters with which a name could hide, or pass itself off as something else:
 * control characters, line and paragraph separators, halves of characters, and the formatting characters of bidirectional text (UAX #9 §2),
 * which reorder the text around them.
 */
export const shownText = {
  pattern: /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u,
  patternMeaning: 'must not contain control characters, line breaks or bidirectional formatting characters',
} as const;

/** What is wrong with a name or a description that people read, as a predicate; undefined if nothing is. */
export function shownTextViolation(text: string): string | undefined {
  return shownText.pattern.test(text) ? undefined : shownText.patternMeaning;
}
