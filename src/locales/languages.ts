import { arabic } from './ar.js';
import { german } from './de.js';
import { english } from './en.js';
import { spanish } from './es.js';
import { french } from './fr.js';
import { japanese } from './ja.js';
import type { Language, MessageKey } from './message.js';
import { chinese } from './zh-Hans.js';

/** The language of last resort, and of what is written for operators. */
export const defaultLanguage: Language = english;

/** Every language of the pages, in the order in which people choose. Another one is its file and its line here. */
export const languages: readonly Language[] = [english, german, french, spanish, chinese, japanese, arabic];

/** Whether there is a message of this name. */
export const hasMessage = (key: string): key is MessageKey => Object.hasOwn(defaultLanguage.texts, key);

/** The language with exactly this tag. */
export function languageNamed(tag: string | undefined): Language | undefined {
  return languages.find((language) => language.tag === tag);
}
