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
  brand_color: {
    kind: 'color',
    default: null,
    setBy: 'operator',
    meaning:
      'Colour of buttons and links on its sign-in and consent pages; that of EYRIE_BRAND_COLORS if omitted',
    example: '#7a1f5c',
  },
  brand_color_dark: {
    kind: 'color',
    default: null,
    setBy: 'operator',
    meaning: 'The same on dark pages; a lighter brand_color if omitted',
    example: '#ad749a',
  },
  brand_logo_uri: {
    kind: 'webAddress',
    default: null,
    setBy: 'operator',
    meaning:
      'Image above its sign-in and consent pages in place of EYRIE_BRAND_LOGO, 40 pixels high. Shown if it is https; browsers load it from there',
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
