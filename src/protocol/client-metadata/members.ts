import { authenticationMembers } from './authentication.js';
import { authorizationMembers } from './authorization.js';
import { backchannelMembers } from './backchannel.js';
import { boundMembers } from './bounds.js';
import type { ClientMember, ValueOfKind } from './member.js';
import { presentationMembers } from './presentation.js';
import { redirectionMembers } from './redirection.js';
import { tokenMembers } from './tokens.js';

/** Every member of client metadata, by its name: in the names of RFC 7591 §2 and OIDC Registration §2 where these have one. */
export const clientMembers = {
  ...presentationMembers,
  ...redirectionMembers,
  ...authorizationMembers,
  ...backchannelMembers,
  ...authenticationMembers,
  ...tokenMembers,
  ...boundMembers,
} as const;

type Table = typeof clientMembers;

/** The name of a member. */
export type MemberName = keyof Table;

type Value<Name extends MemberName> = ValueOfKind[Table[Name]['kind']];
/** The members that may be null. */
type Nullable = { [Name in MemberName]: Table[Name] extends { default: null } ? Name : never }[MemberName];
/** The members that have a value even if a registration omits them. */
type Filled = {
  [Name in Exclude<MemberName, Nullable>]: Table[Name] extends { default: unknown } ? Name : never;
}[Exclude<MemberName, Nullable>];

/** The members that may also come in other languages (RFC 7591 §2.2). */
export type TranslatableName = {
  [Name in MemberName]: Table[Name] extends { translatable: true } ? Name : never;
}[MemberName];

/** A member in another language: `client_name#de`. */
export type TranslatedName = `${TranslatableName}#${string}`;

/** Client metadata (RFC 7591 §2) whose defaults are filled in. */
export type ClientMetadata = { [Name in TranslatedName]?: string | null } & {
  [Name in Filled]: Value<Name>;
} & {
  [Name in Nullable]?: Value<Name> | null;
} & { [Name in Exclude<MemberName, Filled | Nullable>]?: Value<Name> };

/** The entries of the table in its order. */
export const clientMemberEntries = Object.entries(clientMembers) as [MemberName, ClientMember][];

export const translatableMembers = clientMemberEntries.flatMap(([name, { translatable }]) =>
  translatable ? [name as TranslatableName] : [],
);

/** The members that a client must not set when it registers itself. */
export const operatorMembers = clientMemberEntries.flatMap(([name, { setBy }]) =>
  setBy === 'operator' ? [name] : [],
);

/** The members that client managers must not set, although they change other members of their clients. */
export const administratorMembers = clientMemberEntries.flatMap(([name, { byAdministrator }]) =>
  byAdministrator ? [name] : [],
);

/** The current name of each member that had another one in an earlier release. */
export const currentNames: ReadonlyMap<string, MemberName> = new Map(
  clientMemberEntries.flatMap(([name, { formerNames = [] }]) =>
    formerNames.map((former) => [former, name] as const),
  ),
);
