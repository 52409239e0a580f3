import type { User } from '../persistence/entities/user.entity.js';

/** The e-mail address and phone number of a user, and whether they are verified. */
export type Contacts = Pick<User, 'email' | 'emailVerified' | 'phoneNumber' | 'phoneNumberVerified'>;

/** The columns that hold what was verified. */
export type VerifiedContacts = Contacts & Pick<User, 'verifiedEmailKey'>;

export const noContacts: Contacts = {
  email: null,
  emailVerified: false,
  phoneNumber: null,
  phoneNumberVerified: false,
};

/** An e-mail address as verified ones are compared: mailboxes do not differ in case in practice. */
export const emailKey = (email: string): string => email.normalize('NFC').toLowerCase();

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
  const verifiedEmailKey = emailVerified ? emailKey(email) : null;
  return { email, emailVerified, phoneNumber, phoneNumberVerified, verifiedEmailKey };
}
