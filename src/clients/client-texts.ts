import { languageOfTags } from '../locales/negotiation.js';
import { type Text, verbatim } from '../locales/message.js';
import type { Client } from '../persistence/entities/client.entity.js';
import type { TranslatableName } from '../protocol/client-metadata/members.js';
import { valuesByTag } from '../protocol/client-metadata/translations.js';

/** What of a client its texts are made of. */
export type Translated = Pick<Client, 'clientName' | 'translations'>;

/** The name of a client, which is shown in the language of the page if it has one there (RFC 7591 §2.2). */
export const shownName = ({ clientName, translations }: Translated): Text =>
  inPageLanguages(clientName, valuesByTag(translations, 'client_name'));

/** The name of one of several clients; its id if it does not exist any more. */
export function nameAmong(clients: ReadonlyMap<string, Translated>, clientId: string): Text {
  const client = clients.get(clientId);
  return client ? shownName(client) : verbatim(clientId);
}

/**
 * A web address of a client, likewise.
 * @param isShown whether an address may be shown
 * @returns undefined if there is none in any language
 */
export function shownAddress(
  client: Client,
  member: Exclude<TranslatableName, 'client_name'>,
  isShown: (address: string) => boolean = () => true,
): Text | undefined {
  const addresses = {
    client_uri: client.clientUri,
    logo_uri: client.logoUri,
    policy_uri: client.policyUri,
    tos_uri: client.tosUri,
  };
  const plain = addresses[member];
  const byTag = Object.entries(valuesByTag(client.translations, member)).filter(([, uri]) => isShown(uri));
  const shownPlain = plain !== null && isShown(plain) ? plain : '';
  return shownPlain === '' && byTag.length === 0
    ? undefined
    : inPageLanguages(shownPlain, Object.fromEntries(byTag));
}

/** A text with its translations under the tags of the languages of the pages: `de-CH` serves German if there is no plain `de`. */
function inPageLanguages(text: string, byTag: Readonly<Record<string, string>>): Text {
  const inLanguages: Record<string, string> = {};
  for (const [tag, translated] of Object.entries(byTag)) {
    const language = languageOfTags(tag)?.tag;
    if (language !== undefined && (tag === language || inLanguages[language] === undefined))
      inLanguages[language] = translated;
  }
  return Object.keys(inLanguages).length === 0 ? verbatim(text) : { verbatim: text, inLanguages };
}
