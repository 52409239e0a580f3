import type { SettingGroup } from './setting.js';
import { domain, listOf, secureOrigin } from './setting-kinds.js';

/** Where passkeys can be used. */
export const passkeySettings = {
  domain: {
    name: 'EYRIE_PASSKEY_DOMAIN',
    defaultMeaning: 'the host of EYRIE_ISSUER',
    meaning:
      'Domain that passkeys belong to: the host of EYRIE_ISSUER, a domain above it, or, after a move, the host of the former issuer (it must then list the present one at /.well-known/webauthn). Passkeys that were made for another domain can no longer be used',
    parse: domain,
  },
  origins: {
    name: 'EYRIE_PASSKEY_ORIGINS',
    default: '',
    meaning:
      'Comma-separated https origins at which passkeys of this domain may be used too (WebAuthn Level 3 §5.11). They are published at /.well-known/webauthn and accepted. Browsers look at no more than five different names',
    parse: listOf(secureOrigin),
  },
} as const satisfies SettingGroup;
