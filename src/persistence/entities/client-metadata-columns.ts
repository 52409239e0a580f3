import type { ClientMetadata, MemberName } from '../../protocol/client-metadata/members.js';
import type { JwkSet } from '../../protocol/public-jwks.js';

/** The property of the entity that holds a member: `tosUri` for `tos_uri`. */
export type MemberColumn<Name extends string> = Name extends `${infer Word}_${infer Rest}`
  ? `${Word}${Capitalize<MemberColumn<Rest>>}`
  : Name;

/** TypeORM takes a JSON object for no more than that when it is written. */
type ColumnValue<Value> = Value extends JwkSet ? object : Exclude<Value, undefined>;

/** The columns of client metadata: one for each member, null where the member may be null. */
export type ClientMetadataColumns = {
  [Name in MemberName as MemberColumn<Name>]: ColumnValue<ClientMetadata[Name]>;
};
