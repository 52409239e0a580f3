import type { User } from '../persistence/entities/user.entity.js';
import { emailKey } from '../persistence/stores/users.store.js';

/** The e-mail address and phone number of a user, and whether they are verified. */
export type Contacts = Pick<User, 'email' | 'emailVerified' | 'phoneNumber' | 'phoneNumberVerified'>;

/** The columns that hold what was verified, and how an address is looked up. */
export type VerifiedContacts = Contacts & Pick<User, 'emailKey' | 'verifiedEmailKey'>;

export const noContacts: Contacts = {
  email: null,
  emailVerified: false,
  phoneNumber: null,
  phoneNumberVerified: false,
};

/** The e-mail address, if it is verified. */
export const verifiedAddressOf = ({
  email,
  emailVerified,
}: Pick<Contacts, 'email' | 'emailVerified'>): string | null => (emailVerified ? email : null);

/**
 * The contacts after a change. What was verified is forgotten when it changes, unless the same change says that the new one is
 * verified; nothing is not verified.
 */
export function changedContacts(present: Contacts, changes: Partial<Contacts>): VerifiedContacts {
  const after = { ...present, ...changes };
  const { email, phoneNumber } = after;
  const emailVerified =
    email !== null && (changes.emailVerified ?? (present.emailVerified && email === present.email));
  const phoneNumberVerified =
    phoneNumber !== null &&
    (changes.phoneNumberVerified ?? (present.phoneNumberVerified && phoneNumber === present.phoneNumber));
  const key = email === null ? null : emailKey(email);
  const verifiedEmailKey = emailVerified ? key : null;
  return { email, emailKey: key, emailVerified, phoneNumber, phoneNumberVerified, verifiedEmailKey };
}
