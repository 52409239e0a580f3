import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { defined } from '../clients/client-changes.js';
import { PasswordHasher } from '../crypto/password.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { partialRolesOf, toRoleColumn } from '../resource/rights.js';
import { UserAccounts } from '../users/user-accounts.js';
import { UserPasswords } from '../users/user-passwords.js';
import { toProfile } from '../users/user-profile.js';
import { actor, type Outcome } from './applied-item.js';
import { ApplyAffiliations } from './apply-affiliations.js';
import type { Configuration } from './configuration-file.js';

/** Applies a user of the file. The password of a user that exists is set only if the file enforces it, which ends what it had opened. */
@Injectable()
export class ApplyUser {
  constructor(
    private readonly users: UsersStore,
    private readonly accounts: UserAccounts,
    private readonly passwords: UserPasswords,
    private readonly hasher: PasswordHasher,
    private readonly affiliations: ApplyAffiliations,
  ) {}

  async apply(user: Configuration['users'][number]): Promise<Outcome> {
    const { username, password, enforce, password_change_required, groups, roles, ...given } = user;
    const affiliations = { groups, roles };
    const present = await this.users.findByUsername(username);
    if (!present) {
      if (password === undefined) throw new Error(`${username} was deleted while the file was applied`);
      const { id } = await this.accounts.create(
        { ...given, username, password, password_change_required },
        actor,
      );
      await this.affiliations.applyToUser(id, affiliations);
      return 'created';
    }
    const before = {
      ...toProfile(present),
      administrator: present.administrator,
      admin_roles: partialRolesOf(present),
    };
    const { admin_roles = before.admin_roles } = given;
    const after = {
      ...before,
      ...defined(given),
      admin_roles: partialRolesOf({ adminRoles: toRoleColumn(admin_roles) }),
    };
    const hasOtherMembers = !isDeepStrictEqual(after, before);
    if (hasOtherMembers) await this.accounts.update(present.id, given, actor);
    const differs = (await this.affiliations.applyToUser(present.id, affiliations)) || hasOtherMembers;
    if (password === undefined || !enforce) return differs ? 'updated' : 'unchanged';

    const known = await this.hasher.verify(await this.users.passwordHash(present.id), password);
    if (!known) await this.passwords.set(present.id, password, actor);
    return differs || !known ? 'updated' : 'unchanged';
  }
}
