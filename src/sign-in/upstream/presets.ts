import type { PresetName, UpstreamMembers } from './definition.js';

/** What is known of a provider, so that an operator need not say it. */
interface Preset {
  readonly protocol: 'oidc' | 'oauth2' | 'ldap' | 'saml';
  readonly members: Partial<UpstreamMembers>;
}

/** A directory has no claim that an address is verified: its administrators write it. */
const directory = {
  token_endpoint_auth_method: 'none',
  email_verified: 'assumed',
  groups_claim: 'memberOf',
} as const satisfies Partial<UpstreamMembers>;

/** The attributes of inetOrgPerson (RFC 2798). */
const person = {
  name: 'displayName',
  given_name: 'givenName',
  family_name: 'sn',
  email: 'mail',
  phone_number: 'telephoneNumber',
  locale: 'preferredLanguage',
} as const;

/** Assertions have no claim that an address is verified. */
const saml = {
  token_endpoint_auth_method: 'none',
  email_verified: 'assumed',
} as const satisfies Partial<UpstreamMembers>;

const wsClaims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

/** The attributes of Entra and AD FS. */
const microsoft = {
  given_name: `${wsClaims}/givenname`,
  family_name: `${wsClaims}/surname`,
  email: `${wsClaims}/emailaddress`,
} as const;

/** The attributes that the recipe names. */
const named = {
  username: 'username',
  given_name: 'firstName',
  family_name: 'lastName',
  email: 'email',
} as const;

/** Providers by name. Another one is an entry here, and its name in the definition. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  /** Needs the issuer of the tenant: https://login.microsoftonline.com/{tenant}/v2.0 */
  entra: {
    protocol: 'oidc',
    members: { token_endpoint_auth_method: 'client_secret_post', subject_claim: 'oid' },
  },
  google: {
    protocol: 'oidc',
    // Google has neither usernames nor auth_time.
    members: {
      issuer: 'https://accounts.google.com',
      token_endpoint_auth_method: 'client_secret_post',
      requires_auth_time: false,
      claims: {
        username: 'email',
        name: 'name',
        given_name: 'given_name',
        family_name: 'family_name',
        email: 'email',
        picture: 'picture',
      },
    },
  },
  /** Needs the issuer of the organization. */
  okta: { protocol: 'oidc', members: { userinfo: true } },
  /** Needs the issuer of the realm. */
  keycloak: { protocol: 'oidc', members: {} },
  github: {
    protocol: 'oauth2',
    members: {
      issuer: 'https://github.com/login/oauth',
      authorization_endpoint: 'https://github.com/login/oauth/authorize',
      token_endpoint: 'https://github.com/login/oauth/access_token',
      userinfo_endpoint: 'https://api.github.com/user',
      emails_endpoint: 'https://api.github.com/user/emails',
      token_endpoint_auth_method: 'client_secret_post',
      scope: 'read:user user:email',
      subject_claim: 'id',
      requires_auth_time: false,
      claims: { username: 'login', name: 'name', email: 'email', picture: 'avatar_url', website: 'blog' },
    },
  },
  active_directory: {
    protocol: 'ldap',
    members: {
      ...directory,
      user_filter:
        '(&(objectCategory=person)(objectClass=user)(|(sAMAccountName={username})(userPrincipalName={username})(mail={username})))',
      // LDAP_MATCHING_RULE_IN_CHAIN: the directory follows groups within groups.
      group_search_filter: '(&(objectClass=group)(member:1.2.840.113556.1.4.1941:={dn}))',
      primary_group: true,
      subject_claim: 'objectGUID',
      claims: { ...person, username: 'sAMAccountName' },
    },
  },
  openldap: {
    protocol: 'ldap',
    members: {
      ...directory,
      user_filter: '(&(objectClass=inetOrgPerson)(|(uid={username})(mail={username})))',
      group_search_filter: '(|(member={dn})(uniqueMember={dn})(memberUid={username}))',
      subject_claim: 'entryUUID',
      claims: { ...person, username: 'uid' },
    },
  },
  freeipa: {
    protocol: 'ldap',
    members: {
      ...directory,
      user_filter: '(&(objectClass=posixAccount)(|(uid={username})(mail={username})))',
      group_search_filter: '(&(objectClass=ipaUserGroup)(member={dn}))',
      subject_claim: 'ipaUniqueID',
      claims: { ...person, username: 'uid' },
    },
  },
  /** The object id stays when people are renamed. */
  entra_saml: {
    protocol: 'saml',
    members: {
      ...saml,
      name_id_format: 'unspecified',
      subject_claim: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
      claims: {
        ...microsoft,
        username: `${wsClaims}/name`,
        name: 'http://schemas.microsoft.com/identity/claims/displayname',
      },
      groups_claim: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
    },
  },
  okta_saml: { protocol: 'saml', members: { ...saml, name_id_format: 'unspecified', claims: named } },
  google_saml: { protocol: 'saml', members: { ...saml, name_id_format: 'email', claims: named } },
  adfs: {
    protocol: 'saml',
    members: {
      ...saml,
      name_id_format: 'unspecified',
      claims: { ...microsoft, username: `${wsClaims}/upn`, name: `${wsClaims}/name` },
    },
  },
  /** Keycloak signs the whole response unless the client says otherwise. */
  keycloak_saml: { protocol: 'saml', members: { ...saml, claims: named } },
};
