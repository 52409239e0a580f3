import type { UserClaimsSource } from '../persistence/stores/users.store.js';

/** The standard claims (OIDC Core §5.1) that are stored for a user, and their columns. */
export const profileColumns = {
  name: 'name',
  given_name: 'givenName',
  family_name: 'familyName',
  middle_name: 'middleName',
  nickname: 'nickname',
  profile: 'profile',
  picture: 'picture',
  website: 'website',
  email: 'email',
  email_verified: 'emailVerified',
  gender: 'gender',
  birthdate: 'birthdate',
  zoneinfo: 'zoneinfo',
  locale: 'locale',
  phone_number: 'phoneNumber',
  phone_number_verified: 'phoneNumberVerified',
  address: 'address',
} as const satisfies Record<string, keyof UserClaimsSource>;

export type ProfileClaim = keyof typeof profileColumns;

/** Reads the claims about a user that may be released (OIDC Core §5.1). A verification flag is released only if there is a value that it verifies. */
export function claimReader(user: UserClaimsSource): (claim: string) => unknown {
  return (claim) => {
    switch (claim) {
      case 'preferred_username':
        return user.username;
      case 'email_verified':
        return user.email === null ? undefined : user.emailVerified;
      case 'phone_number_verified':
        return user.phoneNumber === null ? undefined : user.phoneNumberVerified;
      case 'updated_at':
        return user.updatedAt;
      default:
        return user[profileColumns[claim as ProfileClaim]];
    }
  };
}
