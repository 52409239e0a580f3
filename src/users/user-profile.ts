import { type ProfileClaim, profileColumns } from '../directory/profile-claims.js';
import type { User } from '../persistence/entities/user.entity.js';
import type { UserClaimsSource } from '../persistence/stores/users.store.js';

/** A user's profile under the names of the claims. */
export type Profile = { [Claim in ProfileClaim]?: User[(typeof profileColumns)[Claim]] };

/** The columns that a profile sets. A column without a claim in the profile is not changed. */
export function toColumns(profile: Profile): Partial<User> {
  const columns: Record<string, unknown> = {};
  for (const [claim, column] of Object.entries(profileColumns)) {
    const value = profile[claim as ProfileClaim];
    if (value !== undefined) columns[column] = value;
  }
  return columns;
}

/** The stored profile of a user. */
export function toProfile(user: UserClaimsSource): Required<Profile> {
  const entries = Object.entries(profileColumns).map(([claim, column]) => [claim, user[column]]);
  return Object.fromEntries(entries) as Required<Profile>;
}
