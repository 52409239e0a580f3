import type { SettingGroup } from './setting.js';
import { aaguid, domain, listOf, secureOrigin, text } from './setting-kinds.js';

/** Where passkeys can be used, and which models of authenticators people may have. */
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
  models: {
    name: 'EYRIE_PASSKEY_MODELS',
    default: '',
    defaultMeaning: 'all, and browsers are not asked for the model',
    meaning:
      'Comma-separated AAGUIDs of the models of authenticators that people may set up passkeys on. Browsers are then asked for an attestation. Passkeys that are set up already stay',
    parse: listOf(aaguid),
  },
  roots: {
    name: 'EYRIE_PASSKEY_ROOTS',
    defaultMeaning: 'none: the model is not proven',
    meaning:
      'PEM file of the root certificates of their manufacturers. The attestation must then have a chain of certificates to one of them, so that the model is proven. Needs EYRIE_PASSKEY_MODELS',
    parse: text,
  },
} as const satisfies SettingGroup;
