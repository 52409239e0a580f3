import type { ClientMetadataColumns, MemberColumn } from '../persistence/entities/client-metadata-columns.js';
import { Client } from '../persistence/entities/client.entity.js';
import type { Profile } from '../protocol/profile.js';
import { underProfile } from '../protocol/client-metadata/profile-demands.js';
import {
  clientMemberEntries,
  type ClientMetadata,
  type MemberName,
  operatorMembers,
} from '../protocol/client-metadata/members.js';
import { translationsIn } from '../protocol/client-metadata/translations.js';

/** The column of a member: `tosUri` of `tos_uri`. */
export const columnOf = <Name extends MemberName>(member: Name): MemberColumn<Name> =>
  member.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase()) as MemberColumn<Name>;

const columns = clientMemberEntries.map(([member]) => [member, columnOf(member)] as const);

/** The columns for metadata. An absent member becomes null, so that an update replaces every column. */
export function toColumns(metadata: ClientMetadata): ClientMetadataColumns & Pick<Client, 'translations'> {
  const entries = columns.map(([member, column]) => [column, metadata[member] ?? null]);
  const translations = translationsIn(metadata);
  return {
    ...(Object.fromEntries(entries) as ClientMetadataColumns),
    translations: Object.keys(translations).length > 0 ? translations : null,
  };
}

/** The metadata of a stored client. */
export function toMetadata(client: Client): ClientMetadata & { client_name: string } {
  return { ...ofColumns(client, columns), ...client.translations } as ClientMetadata & {
    client_name: string;
  };
}

/** The members that a client can set when it registers itself. */
export function toOwnMetadata(client: Client): Partial<ClientMetadata> {
  const own = columns.filter(([member]) => !operatorMembers.includes(member));
  return { ...ofColumns(client, own), ...client.translations };
}

/** The members that only operators can set. */
export function toOperatorMetadata(client: Client): Partial<ClientMetadata> {
  return ofColumns(
    client,
    columns.filter(([member]) => operatorMembers.includes(member)),
  );
}

/** The client as its security profile has it, whatever it registered. */
export function clientUnderProfile(client: Client, ofAll: Profile | 'off'): Client {
  const metadata = toMetadata(client);
  const strict = underProfile(metadata, ofAll);
  return strict === metadata ? client : Object.assign(new Client(), client, toColumns(strict));
}

const ofColumns = (client: Client, chosen: typeof columns): Partial<ClientMetadata> =>
  Object.fromEntries(chosen.map(([member, column]) => [member, client[column]])) as Partial<ClientMetadata>;
