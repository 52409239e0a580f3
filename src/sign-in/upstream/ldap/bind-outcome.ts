import { bindRefusal, type DirectoryRefusal } from './bind-refusal.js';
import type { PasswordPolicyAnswer } from './password-policy.js';

/** Why a password that is right does not let its owner in until there is another one. */
export type OutdatedPassword = Extract<DirectoryRefusal, 'password_expired' | 'password_must_change'>;

/** What a bind with a password comes to. */
export type BindOutcome =
  | { readonly kind: 'right' }
  /** The password is right, and must be replaced. `isBound`: the connection may do that. */
  | { readonly kind: 'outdated'; readonly reason: OutdatedPassword; readonly isBound: boolean }
  | { readonly kind: 'refused'; readonly reason: DirectoryRefusal };

/** The answer to a bind: its result code (RFC 4511 appendix A), its text, and what the policy of passwords says. */
export interface BindAnswer extends PasswordPolicyAnswer {
  readonly code: number;
  readonly text: string;
}

const success = 0;
const invalidCredentials = 49;
/** Errors of draft-behera-ldap-password-policy-11 §6.2. */
const expired = 0;
const locked = 1;
const changeAfterReset = 2;
/** Error 49 of Active Directory says these of nobody whose password is wrong. */
const outdatedReasons: ReadonlySet<DirectoryRefusal> = new Set<OutdatedPassword>([
  'password_expired',
  'password_must_change',
]);

/** Tells the answers to a bind apart. Whether a password is out of date, directories tell those alone who know it. */
export function bindOutcome({ code, text, error, graceLeft }: BindAnswer): BindOutcome {
  const isBound = code === success;
  if (!isBound && code !== invalidCredentials) return { kind: 'refused', reason: 'wrong_password' };
  if (error === changeAfterReset) return { kind: 'outdated', reason: 'password_must_change', isBound };
  if (error === expired) return { kind: 'outdated', reason: 'password_expired', isBound };
  if (isBound) {
    // The last time is one on which the person gets in: a change would need another.
    return graceLeft === undefined || graceLeft < 1
      ? { kind: 'right' }
      : { kind: 'outdated', reason: 'password_expired', isBound };
  }
  if (error === locked) return { kind: 'refused', reason: 'locked' };
  const reason = bindRefusal(text);
  return outdatedReasons.has(reason)
    ? { kind: 'outdated', reason: reason as OutdatedPassword, isBound }
    : { kind: 'refused', reason };
}
