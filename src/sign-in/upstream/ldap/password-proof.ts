import { message, verbatim } from '../../../locales/message.js';
import type { FailedOutcome } from '../../factors/factor.js';
import type { LoadedUpstream } from '../definition.js';
import type { BindOutcome, OutdatedPassword } from './bind-outcome.js';
import type { DirectoryRefusal } from './bind-refusal.js';
import { changesForOthers, type DirectoryPerson } from './ldap-directory.js';

/** What a password has proven, or why it lets nobody in. */
export interface PasswordProof {
  /** Undefined if the person does not get in. */
  readonly proven?: {
    readonly person: DirectoryPerson;
    /** Whether it must be changed before they go on, which they can do here. */
    readonly isOutdated: boolean;
  };
  /** For the audit trail. */
  readonly reason?: DirectoryRefusal;
}

/** What a bind as a person proves, beside what their entry says. */
export function proofOf(
  upstream: LoadedUpstream,
  person: DirectoryPerson,
  bound: BindOutcome,
): PasswordProof {
  if (bound.kind === 'refused') return { reason: bound.reason };
  const { refusal } = person;
  if (refusal !== undefined && !isOutdated(refusal)) return { reason: refusal };
  const reason = bound.kind === 'outdated' ? bound.reason : refusal;
  if (reason === undefined) return { proven: { person, isOutdated: false } };
  const isBound = bound.kind === 'right' || bound.isBound;
  const canChange = upstream.password_change === true && (isBound || changesForOthers(upstream));
  return canChange ? { proven: { person, isOutdated: true } } : { reason };
}

/** Whether this is a reason that only somebody who knows the password gets to know. */
export const isOutdated = (reason: string | undefined): reason is OutdatedPassword =>
  reason === 'password_expired' || reason === 'password_must_change';

/** What somebody reads whose password is right, must be changed, and cannot be changed here. */
export const outdatedElsewhere = (
  { name, password_help: help }: LoadedUpstream,
  reason: OutdatedPassword,
): FailedOutcome => ({
  kind: 'refused',
  message: message(
    reason === 'password_expired' ? 'directoryPassword.expired' : 'directoryPassword.mustChange',
    {
      directory: verbatim(name),
      help: help === undefined ? message('directoryPassword.changeThere') : verbatim(help),
    },
  ),
});
