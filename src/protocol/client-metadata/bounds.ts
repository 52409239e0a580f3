import type { ClientMembers } from './member.js';

/** Whether the client acts on its own, and the bounds that administrators set it. */
export const boundMembers = {
  eyrie_agent: {
    kind: 'flag',
    default: false,
    meaning:
      'Whether it is an agent, which acts on its own: people see that, see where its tokens are used, and stop all their agents at once. In its own document, true if omitted',
    example: true,
  },
  eyrie_max_token_ttl: {
    kind: 'integer',
    min: 30,
    max: 2_147_483_647,
    default: null,
    meaning: 'Seconds that its access tokens last at most; EYRIE_ACCESS_TOKEN_TTL if null',
    setBy: 'operator',
    byAdministrator: true,
    example: 300,
  },
  eyrie_allowed_resources: {
    kind: 'texts',
    default: null,
    meaning:
      'Identifiers of the only resources for which it may get tokens, whatever its scope has; any if null. The scopes of OpenID Connect are not concerned',
    setBy: 'operator',
    byAdministrator: true,
    example: ['https://contacts.example.com'],
  },
  eyrie_require_dpop: {
    kind: 'flag',
    default: false,
    meaning: 'Whether its access tokens must be bound to a key by DPoP, whatever the client itself registers',
    spec: 'RFC 9449 §5',
    setBy: 'operator',
    byAdministrator: true,
  },
} as const satisfies ClientMembers;
