import { english } from './en.js';
import type { Language, MessageKey } from './message.js';

/** The language of last resort, and of what is written for operators. */
export const defaultLanguage: Language = english;

/** Every language of the pages, in the order in which people choose. Another one is its file and its line here. */
export const languages: readonly Language[] = [english];

/** Whether there is a message of this name. */
export const hasMessage = (key: string): key is MessageKey => Object.hasOwn(defaultLanguage.texts, key);

/** The language with exactly this tag. */
export function languageNamed(tag: string | undefined): Language | undefined {
  return languages.find((language) => language.tag === tag);
}
