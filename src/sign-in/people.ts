import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { User } from '../persistence/entities/user.entity.js';
import { type UserFactors, UserFactorsStore } from '../persistence/stores/user-factors.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { rolesOf } from '../resource/rights.js';
import type { ProvenUser } from '../sessions/sessions.js';
import type { OwnFactor, Person } from './policy.js';

/** Somebody who signs in. */
export interface SigningInPerson extends Person {
  readonly user: ProvenUser;
  readonly username: string;
  /** Whether they administer the service, or a part of it. */
  readonly isAdministrator: boolean;
  /** Whether they have a second factor, recovery codes aside. */
  readonly hasSecondFactor: boolean;
}

/** What the policy has to know of people. */
@Injectable()
export class People {
  constructor(
    private readonly users: UsersStore,
    private readonly userFactors: UserFactorsStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @returns undefined if there is no such user, or one who may not sign in */
  async find(userId: string): Promise<SigningInPerson | undefined> {
    const user = await this.users.find(userId);
    if (!user || !maySignIn(user)) return undefined;
    const factors = ownFactors(await this.userFactors.of(userId), this.settings.signIn);
    return {
      user: { userId, credentialsVersion: user.credentialsVersion },
      username: user.username,
      isAdministrator: rolesOf(user).length > 0,
      passwordChangeRequired: user.passwordChangeRequired,
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
  counts: UserFactors,
  { firstFactors, secondFactors }: Settings['signIn'],
): readonly OwnFactor[] {
  // Recovery codes stand in for another second factor, and are none by themselves.
  const others = counts.hardwarePasskeys + counts.copiedPasskeys + counts.authenticators;
  const own: readonly (OwnFactor & { readonly count: number })[] = [
    { name: 'passkey', amr: ['hwk', 'user', 'mfa'], count: counts.hardwarePasskeys },
    { name: 'passkey', amr: ['swk', 'user', 'mfa'], count: counts.copiedPasskeys },
    { name: 'one-time-code', amr: ['otp'], count: counts.authenticators },
    { name: 'recovery-code', amr: ['otp'], count: others > 0 ? counts.recoveryCodes : 0 },
    { name: 'password', amr: ['pwd'], count: counts.passwords },
  ];
  return [...new Set([...secondFactors, ...firstFactors])].flatMap((name) =>
    own.filter((factor) => factor.name === name && factor.count > 0).map(({ amr }) => ({ name, amr })),
  );
}
