import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { User } from '../persistence/entities/user.entity.js';
import { type UserFactors, UserFactorsStore } from '../persistence/stores/user-factors.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { rolesOf } from '../resource/rights.js';
import type { ProvenUser } from '../sessions/sessions.js';
import { DirectoryOwnership } from '../users/directory-ownership.js';
import type { OwnFactor, Person } from './policy.js';

/** Somebody who signs in. */
export interface SigningInPerson extends Person {
  readonly user: ProvenUser;
  readonly username: string;
  /** Whether they administer the service, or a part of it. */
  readonly isAdministrator: boolean;
  /** Whether they have set up a second factor: recovery codes and codes by e-mail are none. */
  readonly hasSecondFactor: boolean;
}

/** What the policy has to know of people. */
@Injectable()
export class People {
  constructor(
    private readonly users: UsersStore,
    private readonly userFactors: UserFactorsStore,
    private readonly directories: DirectoryOwnership,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @returns undefined if there is no such user, or one who may not sign in */
  async find(userId: string): Promise<SigningInPerson | undefined> {
    const user = await this.users.find(userId);
    if (!user || !maySignIn(user)) return undefined;
    const counts = await this.userFactors.of(userId);
    const verifiedAddresses = user.email !== null && user.emailVerified ? 1 : 0;
    const factors = ownFactors({ ...counts, verifiedAddresses }, this.settings.signIn);
    return {
      user: { userId, credentialsVersion: user.credentialsVersion },
      username: user.username,
      isAdministrator: rolesOf(user).length > 0,
      // A password of a directory is changed there.
      passwordChangeRequired: user.passwordChangeRequired && !(await this.directories.hasPassword(userId)),
      deletionDueAt: user.deletionDueAt,
      factors,
      hasSecondFactor: factors.some(({ name }) => name === 'passkey' || name === 'one-time-code'),
    };
  }
}

/**
 * Whether a user may prove who they are. Somebody whose account is about to be deleted on their own request may, to keep it; the policy
 * lets them do nothing else.
 */
export const maySignIn = ({
  disabledAt,
  deletionDueAt,
}: Pick<User, 'disabledAt' | 'deletionDueAt'>): boolean => disabledAt === null || deletionDueAt !== null;

/** The factors that somebody has and may use, in the order of the settings. */
function ownFactors(
  counts: UserFactors & { readonly verifiedAddresses: number },
  { firstFactors, secondFactors }: Settings['signIn'],
): readonly OwnFactor[] {
  const names = [...new Set([...secondFactors, ...firstFactors])];
  const passkeys = counts.hardwarePasskeys + counts.copiedPasskeys;
  const hasOther =
    (names.includes('passkey') && passkeys > 0) ||
    (names.includes('one-time-code') && counts.authenticators > 0);
  const own: readonly (OwnFactor & { readonly count: number })[] = [
    { name: 'passkey', amr: ['hwk', 'user', 'mfa'], count: counts.hardwarePasskeys },
    { name: 'passkey', amr: ['swk', 'user', 'mfa'], count: counts.copiedPasskeys },
    { name: 'one-time-code', amr: ['otp'], count: counts.authenticators },
    // Recovery codes stand in for another second factor, and are none by themselves.
    { name: 'recovery-code', amr: ['otp'], count: hasOther ? counts.recoveryCodes : 0 },
    // Whoever has something better is not let in with less.
    { name: 'email-code', amr: ['mca'], count: hasOther ? 0 : counts.verifiedAddresses },
    { name: 'password', amr: ['pwd'], count: counts.passwords },
  ];
  return names.flatMap((name) =>
    own.filter((factor) => factor.name === name && factor.count > 0).map(({ amr }) => ({ name, amr })),
  );
}
