import type { SettingGroup, ValuesOf } from './setting.js';
import { SettingError } from './setting-error.js';
import { integer, oneOf, secretText, text } from './setting-kinds.js';

/** Where the keys are kept that sign. */
export const signerSettings = {
  kind: {
    name: 'EYRIE_SIGNER',
    default: 'local',
    meaning:
      'Where new signing keys are made and kept: local (in the database, encrypted under EYRIE_SECRET) or pkcs11 (in a hardware security module; the private keys never leave it). See docs/signing-keys.md',
    parse: oneOf('local', 'pkcs11'),
  },
  module: {
    name: 'EYRIE_PKCS11_MODULE',
    meaning: 'Path of the PKCS#11 library, such as /usr/lib/softhsm/libsofthsm2.so',
    parse: text,
  },
  token: {
    name: 'EYRIE_PKCS11_TOKEN',
    meaning: 'Label of the token that holds the keys, or slot:<number> for the token in a slot',
    parse: text,
  },
  pin: {
    name: 'EYRIE_PKCS11_PIN',
    meaning: 'User PIN of this token',
    isSecret: true,
    parse: secretText(1),
  },
  sessions: {
    name: 'EYRIE_PKCS11_SESSIONS',
    default: '4',
    meaning:
      "How many signatures a process asks the token for at once, each in a session of its own, beside the one of the login. Each holds a thread of Node.js while it signs: for more than 4, set Node's UV_THREADPOOL_SIZE to a higher number too",
    parse: integer(1, 256),
  },
} as const satisfies SettingGroup;

export interface SignerSettings {
  readonly kind: 'local' | 'pkcs11';
  /** The token; undefined if none is set. */
  readonly pkcs11: Pkcs11Settings | undefined;
}

export interface Pkcs11Settings {
  readonly module: string;
  readonly token: string;
  readonly pin: string;
  readonly sessions: number;
}

/** @throws SettingError if something of the token is missing */
export function signerSettingsOf({
  kind,
  module,
  token,
  pin,
  sessions,
}: ValuesOf<typeof signerSettings>): SignerSettings {
  if (module !== undefined && token !== undefined && pin !== undefined)
    return { kind, pkcs11: { module, token, pin, sessions } };
  const needed = { EYRIE_PKCS11_MODULE: module, EYRIE_PKCS11_TOKEN: token, EYRIE_PKCS11_PIN: pin };
  const missing = Object.entries(needed).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (kind === 'local' && missing.length === 3) return { kind, pkcs11: undefined };
  const because = kind === 'pkcs11' ? 'EYRIE_SIGNER is pkcs11' : 'a PKCS#11 token is configured';
  throw new SettingError(
    `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: ${because}, which needs EYRIE_PKCS11_MODULE, EYRIE_PKCS11_TOKEN and EYRIE_PKCS11_PIN`,
  );
}
