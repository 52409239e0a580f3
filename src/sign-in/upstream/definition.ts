import type { Profile } from '../../users/user-profile.js';
import type { SamlMembers } from './saml/saml-members.js';

/** What an upstream may say of the strength of a sign-in, and what it then counts as here (RFC 8176 §2). */
export const strengths = {
  password: ['pwd'],
  'multi-factor': ['mfa'],
  'phishing-resistant': ['swk', 'user', 'mfa'],
  'phishing-resistant-hardware': ['hwk', 'user', 'mfa'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type Strength = keyof typeof strengths;

/** Providers of which most members are known. */
export const presetNames = [
  'entra',
  'google',
  'okta',
  'keycloak',
  'github',
  'active_directory',
  'openldap',
  'freeipa',
  'entra_saml',
  'okta_saml',
  'google_saml',
  'adfs',
  'keycloak_saml',
] as const;

export type PresetName = (typeof presetNames)[number];

export const upstreamProtocols = ['oidc', 'oauth2', 'ldap', 'saml'] as const;
export const authenticationMethods = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
] as const;
/** What happens with the account here whose verified e-mail address is that of an upstream that is trusted for its domain. */
export const existingAccountRules = ['link', 'confirm', 'refuse'] as const;
/** What happens where nobody here is known to be that person. */
export const newAccountRules = ['create', 'confirm', 'refuse'] as const;

/** The members of a person that an upstream can give. */
export const mappedMembers = [
  'username',
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'email',
  'profile',
  'picture',
  'website',
  'zoneinfo',
  'locale',
  'phone_number',
] as const satisfies readonly (keyof Profile | 'username')[];

export type MappedMember = (typeof mappedMembers)[number];

/** The members of an upstream, as an operator gives them. What is omitted is that of the preset, or the default. */
export interface UpstreamMembers extends SamlMembers {
  readonly name: string;
  readonly preset?: PresetName;
  /** Whether the sign-in page shows a button for it. */
  readonly shown?: boolean;
  readonly issuer?: string;
  readonly client_id?: string;
  readonly token_endpoint_auth_method?: (typeof authenticationMethods)[number];
  readonly scope?: string;
  readonly authorization_endpoint?: string;
  readonly token_endpoint?: string;
  readonly userinfo_endpoint?: string;
  /** A list of `{ email, primary, verified }`, as GitHub has it. */
  readonly emails_endpoint?: string;
  /** Whether claims are read from the UserInfo endpoint too. */
  readonly userinfo?: boolean;
  /** Whether an answer without `auth_time` is refused where a new sign-in is asked for. */
  readonly requires_auth_time?: boolean;
  /** Whether a sign-out here goes on to the upstream, so that the session there ends too. */
  readonly sign_out_there?: boolean;
  /** Where its people come from: they are led there by their e-mail address. */
  readonly email_domains?: readonly string[];
  /** The domains whose addresses it verifies; `*` for all. */
  readonly trusted_email_domains?: readonly string[];
  /** Whether addresses of these domains are verified only if the upstream claims so. */
  readonly email_verified?: 'claimed' | 'assumed';
  readonly existing_account?: (typeof existingAccountRules)[number];
  readonly new_account?: (typeof newAccountRules)[number];
  /** The claim that each member of a person is read from. */
  readonly claims?: Readonly<Partial<Record<MappedMember, string>>>;
  /** The claim that attributes of a person are read from, by the names of the attributes. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly subject_claim?: string;
  /** Whether what it gives replaces, at each sign-in, what is stored here. */
  readonly owns_profile?: boolean;
  readonly acr_map?: Readonly<Record<string, Strength>>;
  readonly amr_map?: Readonly<Record<string, Strength>>;
  /** Claims that people who are let in must have, with their values. */
  readonly required_claims?: Readonly<Record<string, string>>;
  /** The claim with the groups that somebody has there. */
  readonly groups_claim?: string;
  /** The name of the group here for groups there, by their distinguished name or another name. */
  readonly group_map?: Readonly<Record<string, string>>;
  /** The servers of a directory, as `ldaps://` or `ldap://` URLs: the first that answers is asked. */
  readonly servers?: readonly string[];
  readonly start_tls?: boolean;
  readonly allow_plaintext?: boolean;
  /** Whom this server binds as to search; nobody if omitted. The secret is their password. */
  readonly bind_dn?: string;
  readonly base_dn?: string;
  readonly user_scope?: 'sub' | 'one';
  /** A filter with `{username}` (RFC 4515). */
  readonly user_filter?: string;
  /** Where groups are searched for that name their members; nowhere if omitted. */
  readonly group_search_base?: string;
  /** A filter with `{dn}` or `{username}`, which finds the groups of somebody (RFC 4515). */
  readonly group_search_filter?: string;
  /** What `group_map` knows groups by; their distinguished name if omitted. */
  readonly group_name_attribute?: string;
  /** Whether groups within groups are followed by further searches. */
  readonly nested_groups?: boolean;
  /** Whether the primary group of Active Directory counts, which does not name its members. */
  readonly primary_group?: boolean;
  /** Whether people change their password of the directory on the pages of this server. */
  readonly password_change?: boolean;
  /** What people do whose password cannot be changed here, in the words of their organization. */
  readonly password_help?: string;
}

/** The members that every upstream has, given or not. */
type SettledMember =
  | 'shown'
  | 'token_endpoint_auth_method'
  | 'scope'
  | 'userinfo'
  | 'requires_auth_time'
  | 'email_domains'
  | 'trusted_email_domains'
  | 'email_verified'
  | 'existing_account'
  | 'new_account'
  | 'claims'
  | 'attributes'
  | 'subject_claim'
  | 'owns_profile'
  | 'acr_map'
  | 'amr_map'
  | 'required_claims'
  | 'groups_claim'
  | 'group_map';

/** The members with what is omitted. */
export type UpstreamDefinition = UpstreamMembers & Required<Pick<UpstreamMembers, SettledMember>>;

/** An upstream that people may be sent to. */
export interface LoadedUpstream extends UpstreamDefinition {
  readonly id: string;
  readonly alias: string;
  readonly protocol: string;
  readonly enabled: boolean;
  readonly version: number;
  /** Until when its certificates count, if they are those of its metadata; seconds since the epoch. */
  readonly certificatesUntil?: number | undefined;
  /** Undefined if it has none. */
  readonly secret: string | undefined;
}
