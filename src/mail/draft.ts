import type { Language, Message, Text } from '../locales/message.js';
import { translatorOf } from '../locales/translator.js';
import { readableTime } from '../views/readable.js';
import type { Letter } from './letter.js';

/** A time, as it is told to one person. */
export interface Moment {
  readonly at: Date;
  /** The time zone of the person (OIDC Core §5.1, `zoneinfo`). */
  readonly timeZone: string | undefined;
}

/** What a mail says, in no language yet. */
export interface Draft {
  readonly subject: Message;
  /** Sentences, in their order. */
  readonly paragraphs: readonly Message[];
  /** What happened, as names and values. */
  readonly facts?: readonly (readonly [name: Message, value: Text | Moment])[];
  /** The one thing to do. */
  readonly link?: { readonly label: Message; readonly href: string };
  /** What to do if the person did not expect it. */
  readonly unexpected?: Message;
}

/** The draft in one language. */
export function letterIn(
  language: Language,
  { subject, paragraphs, facts = [], link, unexpected }: Draft,
): Letter {
  const translator = translatorOf(language);
  const { tag, direction } = language;
  return {
    language: { tag, direction },
    subject: translator.textOf(subject),
    paragraphs: paragraphs.map((paragraph) => translator.textOf(paragraph)),
    facts: facts.map(([name, value]) => [
      translator.textOf(name),
      'at' in value ? readableTime(value.at, language, value.timeZone) : translator.textOf(value),
    ]),
    ...(link && { link: { ...link, label: translator.textOf(link.label) } }),
    ...(unexpected && { unexpected: translator.textOf(unexpected) }),
  };
}
