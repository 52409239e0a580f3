import type { ClaimPlace, ClaimRule, ClaimSource } from '../protocol/claim-rules.js';

const listOf = (source: Extract<ClaimSource, 'groups' | 'roles'>, places: readonly ClaimPlace[]) =>
  ({
    claim: [source],
    source,
    member: null,
    fixedValue: null,
    places,
    scope: null,
    clientId: null,
    resource: null,
  }) satisfies ClaimRule;

/** The rules that hold without being set up: what the scopes `groups` and `roles` give. */
export const builtInClaimRules: readonly ClaimRule[] = [
  { ...listOf('groups', ['id_token', 'userinfo']), scope: 'groups' },
  { ...listOf('roles', ['id_token', 'userinfo', 'access_token', 'introspection']), scope: 'roles' },
];

/** What an application reads, as its own documentation has it. */
export interface ClaimPreset {
  /** What it is for, and the setting of the application that names the claim. */
  readonly means: string;
  readonly rules: readonly ClaimRule[];
}

const username: ClaimRule = {
  ...listOf('groups', ['id_token', 'userinfo']),
  claim: ['preferred_username'],
  source: 'profile',
  member: 'username',
};
const groupsAtTheClient = listOf('groups', ['id_token', 'userinfo']);
const rolesAtTheClient = listOf('roles', ['id_token', 'userinfo']);
const rolesAtTheResource = listOf('roles', ['access_token', 'introspection']);

/** Rules for applications by name. Another application is an entry here. */
export const claimPresets: Readonly<Record<string, ClaimPreset>> = {
  'argo-cd': {
    means: 'Argo CD: `groups` for its RBAC policy (`scopes: "[groups]"` in argocd-rbac-cm)',
    rules: [groupsAtTheClient],
  },
  grafana: {
    means: 'Grafana: `groups` and `roles` for `groups_attribute_path` and `role_attribute_path`',
    rules: [groupsAtTheClient, rolesAtTheClient],
  },
  guard: {
    means: '@eyrie/guard: `roles` in access tokens, for its role decorators',
    rules: [rolesAtTheResource],
  },
  keycloak: {
    means: 'Adapters for Keycloak: `realm_access.roles` in access tokens',
    rules: [{ ...rolesAtTheResource, claim: ['realm_access', 'roles'] }],
  },
  kubernetes: {
    means:
      'Kubernetes: `groups` and `preferred_username` in the ID token, for `--oidc-groups-claim` and `--oidc-username-claim`',
    rules: [groupsAtTheClient, username],
  },
  'oauth2-proxy': {
    means: 'oauth2-proxy: `groups`, for `--oidc-groups-claim` and `--allowed-group`',
    rules: [groupsAtTheClient],
  },
  spring: {
    means: 'Spring Security resource servers: `roles` in access tokens, for `authorities-claim-name`',
    rules: [rolesAtTheResource],
  },
  vault: {
    means: 'HashiCorp Vault: `groups` in the ID token, for `groups_claim` of a role',
    rules: [groupsAtTheClient],
  },
};

export const claimPresetNames: readonly string[] = Object.keys(claimPresets);
