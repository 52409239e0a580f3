import { languages } from '../locales/languages.js';
import { type Text, verbatim } from '../locales/message.js';
import type { ResourceTranslations } from '../persistence/entities/resource.entity.js';
import { shownTextViolation } from '../protocol/shown-text.js';

/** Characters of a name, and of the description of a scope. */
export const maxDescriptionLength = 255;

/** What is wrong with the words of a resource in other languages. */
export interface TranslationProblem {
  readonly path: readonly ['translations', ...string[]];
  readonly reason: string;
}

const tags: readonly string[] = languages.map(({ tag }) => tag);
const members: readonly string[] = ['name', 'scopes'];

/** The violations of translations that come unchecked. */
export function translationProblems(
  translations: Readonly<Record<string, unknown>>,
  scopes: Readonly<Record<string, unknown>>,
): TranslationProblem[] {
  return Object.entries(translations).flatMap(([tag, words]): TranslationProblem[] => {
    const problem = (reason: string, ...path: string[]): TranslationProblem => ({
      path: ['translations', tag, ...path],
      reason,
    });
    if (!tags.includes(tag))
      return [problem(`must be one of the languages of the pages: ${tags.join(', ')}`)];
    if (!isObject(words) || Object.keys(words).some((name) => !members.includes(name)))
      return [problem('must be an object with name, scopes or both')];
    const { name, scopes: translated = {} } = words;
    if (!isObject(translated))
      return [problem('must be an object with a description for each scope', 'scopes')];
    return [
      ...(name === undefined ? [] : wordProblem(name).map((reason) => problem(reason, 'name'))),
      ...Object.entries(translated).flatMap(([scope, description]) =>
        (Object.hasOwn(scopes, scope) ? wordProblem(description) : ['is no scope of this resource']).map(
          (reason) => problem(reason, 'scopes', scope),
        ),
      ),
    ];
  });
}

/** The name of a resource, which is shown in the language of the page if it has one there. */
export function nameOf({ name, translations }: Words): Text {
  return worded(name, translations, (words) => words.name);
}

/** The description of one of its scopes, likewise. */
export function descriptionOf({ scopes, translations }: Words, scope: string): Text {
  return worded(scopes[scope] ?? scope, translations, (words) =>
    words.scopes && Object.hasOwn(words.scopes, scope) ? words.scopes[scope] : undefined,
  );
}

interface Words {
  readonly name: string;
  readonly scopes: Readonly<Record<string, string>>;
  readonly translations?: ResourceTranslations | null;
}

function worded(
  text: string,
  translations: ResourceTranslations | null | undefined,
  pick: (words: ResourceTranslations[string]) => string | undefined,
): Text {
  if (!translations) return verbatim(text);
  const byTag = Object.entries(translations).flatMap(([tag, words]) => {
    const translated = pick(words);
    return translated === undefined ? [] : [[tag, translated] as const];
  });
  return { verbatim: text, inLanguages: Object.fromEntries(byTag) };
}

function wordProblem(value: unknown): string[] {
  if (typeof value !== 'string' || !/\S/.test(value) || Array.from(value).length > maxDescriptionLength)
    return [`must be a text of up to ${maxDescriptionLength} characters`];
  return [shownTextViolation(value) ?? []].flat();
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
