import type { OrganizationInvitation } from '../../persistence/entities/organization-invitation.entity.js';
import type { User } from '../../persistence/entities/user.entity.js';
import { emailKey } from '../../persistence/stores/users.store.js';

/**
 * Whether an account may accept an invitation: it has the invited address, verified before or by the link of the invitation. An account
 * with another address, or with none, may not: a link that somebody hands on must not give them a way into the account.
 */
export const addressFits = (
  { email, emailVerified }: Pick<User, 'email' | 'emailVerified'>,
  { emailKey: invited }: Pick<OrganizationInvitation, 'emailKey'>,
  hasLink: boolean,
): boolean => email !== null && emailKey(email) === invited && (emailVerified || hasLink);
