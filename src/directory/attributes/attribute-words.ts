import { fieldViolation, type FieldViolation } from '../../http/invalid-fields.js';
import { languages } from '../../locales/languages.js';
import { shownTextViolation } from '../../protocol/shown-text.js';

/** A text in other languages of the pages, by language tag. */
export type InLanguages = Readonly<Record<string, string>>;

/** Characters. */
export const wordBounds = { labels: 255, descriptions: 1_024 } as const;

const tags: readonly string[] = languages.map(({ tag }) => tag);

/** What is wrong with words in other languages that come unchecked. */
export const wordProblems = (
  member: keyof typeof wordBounds,
  words: Readonly<Record<string, unknown>>,
): FieldViolation[] =>
  Object.entries(words).flatMap(([tag, text]) => {
    const reason = tags.includes(tag)
      ? textProblem(text, wordBounds[member])
      : `must be one of the languages of the pages: ${tags.join(', ')}`;
    return reason === undefined ? [] : [fieldViolation([member, tag], reason)];
  });

function textProblem(text: unknown, maxLength: number): string | undefined {
  if (typeof text !== 'string' || !/\S/.test(text) || Array.from(text).length > maxLength)
    return `must be a text of up to ${maxLength} characters`;
  return shownTextViolation(text);
}
