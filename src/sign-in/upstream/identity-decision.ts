import type { UpstreamDefinition } from './definition.js';

/** What the decision about somebody whom an upstream knows depends on. */
export interface IdentitySituation {
  /** The user who is linked to that identity. */
  readonly linkedUserId: string | undefined;
  /** Whether the upstream is trusted to have verified the e-mail address. */
  readonly isEmailTrusted: boolean;
  /** The user here whose verified address it is. Somebody whose address is not trusted is not looked for. */
  readonly userIdByEmail: string | undefined;
  /** Whether that user administers the service, or a part of it. */
  readonly isAdministrator?: boolean;
}

/** What becomes of somebody whom an upstream knows. */
export type IdentityDecision =
  | { readonly kind: 'sign-in'; readonly userId: string }
  /** Links the identity to a user, and signs in. */
  | { readonly kind: 'link'; readonly userId: string }
  | { readonly kind: 'create' }
  /** Asks for the password, or another factor, of an account here, which is then linked. */
  | { readonly kind: 'confirm' }
  | { readonly kind: 'refuse' };

/**
 * Read from top to bottom: whoever is linked signs in. The account with the same address, verified at both and of a domain that the
 * upstream is trusted for, goes by the rule for existing accounts; everybody else by the one for new accounts. Nobody becomes an
 * administrator by an address: one who has the rights here confirms the link.
 */
export function decideOnIdentity(
  {
    existing_account: existing,
    new_account: fresh,
  }: Pick<UpstreamDefinition, 'existing_account' | 'new_account'>,
  { linkedUserId, isEmailTrusted, userIdByEmail, isAdministrator = false }: IdentitySituation,
): IdentityDecision {
  if (linkedUserId !== undefined) return { kind: 'sign-in', userId: linkedUserId };
  if (isEmailTrusted && userIdByEmail !== undefined) {
    if (existing !== 'link') return { kind: existing };
    return isAdministrator ? { kind: 'confirm' } : { kind: 'link', userId: userIdByEmail };
  }
  return { kind: fresh };
}
