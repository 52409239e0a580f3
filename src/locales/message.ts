import type { english } from './en.js';
import type { LanguageFile, PluralForms } from './language.js';

type EnglishTexts = (typeof english)['texts'];

/** The name of a text for people. */
export type MessageKey = keyof EnglishTexts;

/** A language has the texts of the English file and no others, with plural forms where it has them. What is missing is in English. */
export type Language = LanguageFile<{
  readonly [Key in MessageKey]?: EnglishTexts[Key] extends string ? string : PluralForms;
}>;

/** A value in a message: what it is about, or another message. */
export type MessageValue = string | number | Text;

type PlaceholdersIn<Template> = Template extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | PlaceholdersIn<Rest>
  : never;

type FormsOf<Entry> = Entry extends string ? Entry : Entry[keyof Entry];

/** The values that the English text names. */
type ValuesOf<Key extends MessageKey> = {
  readonly [Name in PlaceholdersIn<FormsOf<EnglishTexts[Key]>>]: Name extends 'count' ? number : MessageValue;
};

/** A text for people that is not yet in any language. */
export interface Message {
  readonly key: MessageKey;
  readonly values?: Readonly<Record<string, MessageValue>>;
}

/** A text of somebody else: what a client or a person wrote, or a protocol error. It is shown as it is, or as its writer translated it. */
export interface Verbatim {
  readonly verbatim: string;
  /** By language tag. */
  readonly inLanguages?: Readonly<Record<string, string>>;
}

export type Text = Message | Verbatim;

/** A message with the values that its text names. */
export function message<Key extends MessageKey>(
  key: Key,
  ...[values]: keyof ValuesOf<Key> extends never ? [] : [values: ValuesOf<Key>]
): Message {
  return values === undefined ? { key } : { key, values };
}

export const verbatim = (text: string): Verbatim => ({ verbatim: text });
