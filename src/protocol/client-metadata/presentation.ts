import type { ClientMembers } from './member.js';

/** How people get to know the client. */
export const presentationMembers = {
  client_name: {
    kind: 'text',
    maxLength: 255,
    shown: true,
    translatable: true,
    meaning: 'Its name on the consent page; the client_id if omitted',
    spec: 'RFC 7591 §2',
    example: 'MessageWriter',
  },
  client_uri: {
    kind: 'webAddress',
    default: null,
    translatable: true,
    meaning: 'Its home page, linked on the consent page if it is https',
    spec: 'RFC 7591 §2',
    example: 'https://example.com',
  },
  logo_uri: {
    kind: 'webAddress',
    default: null,
    translatable: true,
    meaning: 'Its logo, shown on the consent page if it is https',
    spec: 'RFC 7591 §2',
  },
  policy_uri: {
    kind: 'webAddress',
    default: null,
    translatable: true,
    meaning: 'Its privacy policy, linked on the consent page if it is https',
    spec: 'RFC 7591 §2',
  },
  tos_uri: {
    kind: 'webAddress',
    default: null,
    translatable: true,
    meaning: 'Its terms of service, linked on the consent page if it is https',
    spec: 'RFC 7591 §2',
  },
  contacts: {
    kind: 'texts',
    shown: true,
    default: [],
    meaning: 'Ways to reach the people responsible for it, usually email addresses',
    spec: 'RFC 7591 §2',
    example: ['ops@example.com'],
  },
} as const satisfies ClientMembers;
