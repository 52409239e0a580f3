import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '../crypto/password.js';
import type { User } from '../persistence/entities/user.entity.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { toProfile } from '../users/user-profile.js';
import { UserPasswordRules } from '../users/user-password-rules.js';
import { newUsernameViolation } from '../users/username.js';
import type { Configuration } from './configuration-file.js';
import type { PartCheck } from './part-check.js';
import { isRefused, type Problem } from './problems.js';
import { VerifiedAddresses } from './verified-addresses.js';
import { inEnglish } from '../locales/translator.js';

/** A user of the file. */
type Entry = Configuration['users'][number];

/** Checks the users of a configuration against the database. */
@Injectable()
export class UserCheck implements PartCheck {
  constructor(
    private readonly users: UsersStore,
    private readonly hasher: PasswordHasher,
    private readonly rules: UserPasswordRules,
  ) {}

  /** What prevents that the users of the file are applied. */
  async problems({ users, passwordFields, problems: before }: Configuration): Promise<Problem[]> {
    const problems: Problem[] = [];
    const addresses = new VerifiedAddresses(this.users);
    for (const [index, entry] of users.entries()) {
      const refuse = (field: string, reason: string): void =>
        void problems.push({ path: ['users', index, field], reason });
      const present = await this.users.findByUsername(entry.username);
      const name = present ? undefined : newUsernameViolation(entry.username);
      if (name !== undefined) refuse('username', name);
      if (!(await addresses.take(entry, present))) refuse('email', 'is the verified address of another user');
      if (entry.enforce && entry.password_change_required)
        refuse(
          'password_change_required',
          'does not go with enforce, which puts the password of the file back',
        );
      const field = passwordFields[index] ?? 'password';
      if (isRefused(before, ['users', index, field])) continue;
      if (entry.password === undefined && entry.password_hash === undefined && !present)
        refuse(
          'username',
          'is a new user, who needs a password_env, password_file, password_hash or password',
        );
      const violation = await this.passwordViolation(entry, present);
      if (violation !== undefined) refuse(field, violation);
    }
    return problems;
  }

  /** What is wrong with a password that would be set. The one that the user has already stays valid. */
  private async passwordViolation(
    { password, enforce, ...given }: Entry,
    present: User | null,
  ): Promise<string | undefined> {
    if (password === undefined) return undefined;
    if (present && !enforce) return undefined;
    if (present && (await this.hasher.verify(await this.users.passwordHash(present.id), password)))
      return undefined;
    const { violation } = await this.rules.assess(password, {
      ...(present ? toProfile(present) : {}),
      ...given,
    });
    return violation && inEnglish(violation);
  }
}
