import type { MessageKey, MessageValue, Text } from '../locales/message.js';
import { languages } from '../locales/languages.js';
import type { Translator } from '../locales/translator.js';
import { clientAddress, linkTarget } from './links.js';
import { type MarkupValues, markupOf, strong } from './markup.js';
import { byResource, monogram, readableTime, waitMessage } from './readable.js';
import { describeUserAgent } from './user-agent.js';

/** What every template can use, in one language. */
export function vocabularyIn(translator: Translator) {
  const { language } = translator;
  const plain = (text: string | Text): string => (typeof text === 'string' ? text : translator.textOf(text));
  return {
    language,
    languages,
    /** A message, by its key and values or as a whole. It is text: `<%= t(…) %>`. */
    t: (text: MessageKey | Text, values?: Readonly<Record<string, MessageValue>>): string =>
      typeof text === 'string' ? translator.translate(text, values) : translator.textOf(text),
    /** A message with marked words or values: `<%~ html(…) %>`. */
    html: (key: MessageKey, values?: MarkupValues, href?: string): string =>
      markupOf(translator, key, values, href),
    strong: (text: string | Text) => strong(plain(text)),
    byResource: <Scope extends { readonly resource?: Text }>(scopes: readonly Scope[]) =>
      byResource(scopes, (resource) => translator.textOf(resource)),
    clientAddress: (address: string | Text | undefined) => clientAddress(address && plain(address)),
    linkTarget: (target: string | Text | undefined) => linkTarget(target && plain(target)),
    monogram: (name: string | Text) => monogram(plain(name)),
    readableWait: (seconds: number): string => translator.textOf(waitMessage(seconds)),
    describeUserAgent: (userAgent: string | undefined): string =>
      translator.textOf(describeUserAgent(userAgent)),
    readableTime: (at: Date, timeZone?: string): string => readableTime(at, language, timeZone),
  };
}
