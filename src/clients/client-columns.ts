import type { ClientMetadataColumns, MemberColumn } from '../persistence/entities/client-metadata-columns.js';
import type { Client } from '../persistence/entities/client.entity.js';
import {
  clientMemberEntries,
  type ClientMetadata,
  type MemberName,
  operatorMembers,
} from '../protocol/client-metadata/members.js';

/** The column of a member: `tosUri` of `tos_uri`. */
export const columnOf = <Name extends MemberName>(member: Name): MemberColumn<Name> =>
  member.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase()) as MemberColumn<Name>;

const columns = clientMemberEntries.map(([member]) => [member, columnOf(member)] as const);

/** The columns for metadata. An absent member becomes null, so that an update replaces every column. */
export function toColumns(metadata: ClientMetadata): ClientMetadataColumns {
  const entries = columns.map(([member, column]) => [column, metadata[member] ?? null]);
  return Object.fromEntries(entries) as ClientMetadataColumns;
}

/** The metadata of a stored client. */
export function toMetadata(client: Client): ClientMetadata & { client_name: string } {
  return ofColumns(client, columns) as ClientMetadata & { client_name: string };
}

/** The members that a client can set when it registers itself. */
export function toOwnMetadata(client: Client): Partial<ClientMetadata> {
  return ofColumns(
    client,
    columns.filter(([member]) => !operatorMembers.includes(member)),
  );
}

/** The members that only operators can set. */
export function toOperatorMetadata(client: Client): Partial<ClientMetadata> {
  return ofColumns(
    client,
    columns.filter(([member]) => operatorMembers.includes(member)),
  );
}

const ofColumns = (client: Client, chosen: typeof columns): Partial<ClientMetadata> =>
  Object.fromEntries(chosen.map(([member, column]) => [member, client[column]]));
