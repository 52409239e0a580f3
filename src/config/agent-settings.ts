import type { SettingGroup } from './setting.js';
import { identifiers, onOff, seconds } from './setting-kinds.js';

/** Bounds of all agents, and of all other clients that nobody registered here. */
export const agentSettings = {
  maxTokenTtlSeconds: {
    name: 'EYRIE_AGENTS_MAX_TOKEN_TTL',
    meaning:
      'Seconds that access tokens of agents, and of clients that register or describe themselves, last at most; as of other clients if it is not set',
    parse: seconds(30),
  },
  resources: {
    name: 'EYRIE_AGENTS_RESOURCES',
    meaning:
      'Identifiers, separated by spaces, of the only resources for which these clients may get tokens; any if it is not set. The scopes of OpenID Connect are not concerned',
    parse: identifiers,
  },
  requiresDpop: {
    name: 'EYRIE_AGENTS_DPOP',
    default: 'off',
    meaning: 'on: access tokens of these clients must be bound to a key by DPoP (RFC 9449)',
    parse: onOff,
  },
} as const satisfies SettingGroup;
