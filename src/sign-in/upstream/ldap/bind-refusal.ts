/** Why a directory does not let somebody in, for the operator. */
export type DirectoryRefusal =
  | 'unknown_person'
  | 'several_entries'
  | 'wrong_password'
  | 'disabled'
  | 'expired'
  | 'locked'
  | 'password_expired'
  | 'password_must_change'
  | 'not_at_this_time'
  | 'not_at_this_workstation';

/** The sub-codes that Active Directory has in the message of a failed bind (error 49), in hexadecimal. */
const subCodes: Readonly<Record<string, DirectoryRefusal>> = {
  '525': 'unknown_person',
  '52e': 'wrong_password',
  '530': 'not_at_this_time',
  '531': 'not_at_this_workstation',
  '532': 'password_expired',
  '533': 'disabled',
  '701': 'expired',
  '773': 'password_must_change',
  '775': 'locked',
};

/** What a failed bind means, from its message, such as `80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data 775, v4563`. */
export function bindRefusal(text: string): DirectoryRefusal {
  const [, code = ''] = /\bdata ([0-9a-f]{3})\b/i.exec(text) ?? [];
  return subCodes[code.toLowerCase()] ?? 'wrong_password';
}

/** Bit of `userAccountControl`: ACCOUNTDISABLE. */
const disabledBit = 2;
/** Seconds from 1601, where the file times of Windows begin, to 1970. */
const fileTimeOffsetSeconds = 11_644_473_600;
/** A file time of Windows, which counts tenths of microseconds. */
export const fileTimeOf = (seconds: number): string =>
  String(BigInt(seconds + fileTimeOffsetSeconds) * 10_000_000n);

const neverExpires: ReadonlySet<string> = new Set(['', '0', '9223372036854775807']);
/** The value of `pwdAccountLockedTime` for an account that only an administrator unlocks (draft-behera-ldap-password-policy §5.3.3). */
const lockedForGood = '000001010000Z';

/** The attributes that tell whether somebody may sign in, of Active Directory, OpenLDAP (ppolicy) and FreeIPA. */
export const statusAttributes = [
  'userAccountControl',
  'accountExpires',
  'pwdLastSet',
  'pwdAccountLockedTime',
  'nsAccountLock',
] as const;

/**
 * Why an entry may not sign in, by its own attributes; undefined if nothing speaks against it.
 * @param valueOf the first value of an attribute, as text; empty if there is none
 * @param now seconds since the epoch
 */
export function entryRefusal(
  valueOf: (attribute: (typeof statusAttributes)[number]) => string,
  now: number,
): DirectoryRefusal | undefined {
  if ((Number(valueOf('userAccountControl')) & disabledBit) !== 0) return 'disabled';
  if (valueOf('nsAccountLock').toLowerCase() === 'true') return 'disabled';
  const expires = valueOf('accountExpires');
  if (/^\d+$/.test(expires) && !neverExpires.has(expires)) {
    const expiresAt = Number(BigInt(expires) / 10_000_000n) - fileTimeOffsetSeconds;
    if (expiresAt <= now) return 'expired';
  }
  if (valueOf('pwdAccountLockedTime') === lockedForGood) return 'locked';
  return valueOf('pwdLastSet') === '0' ? 'password_must_change' : undefined;
}
