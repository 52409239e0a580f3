import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { AuthenticatorsStore } from '../persistence/stores/authenticators.store.js';
import { PasskeysStore } from '../persistence/stores/passkeys.store.js';
import { UserFactorsStore } from '../persistence/stores/user-factors.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';

/** Removes what people sign in with. `actor` is the actor in the audit trail. */
@Injectable()
export class FactorRemoval {
  constructor(
    private readonly authenticators: AuthenticatorsStore,
    private readonly passkeys: PasskeysStore,
    private readonly userFactors: UserFactorsStore,
    private readonly users: UsersStore,
    private readonly changes: Changes,
  ) {}

  async removeAuthenticator(userId: string, actor: Originator): Promise<boolean> {
    const event = {
      event: 'factor.removed',
      actor,
      userId,
      detail: { factor: 'one-time-code' },
    } as const;
    return this.changes.change(event, async (tx) => {
      if (!(await this.authenticators.delete(tx, userId))) return false;
      return this.users.changeCredentials(tx, userId);
    });
  }

  /** @returns false if nothing was removed: there is no such passkey, or it is the last thing that the user can begin a sign-in with */
  async removePasskey(userId: string, id: string, actor: Originator): Promise<boolean> {
    const event = { event: 'factor.removed', actor, userId, detail: { factor: 'passkey' } } as const;
    return this.changes.change(event, async (tx) => {
      // Held, so that of two requests that each remove one of two passkeys one is refused.
      await this.users.hold(tx, userId);
      const { passwords, hardwarePasskeys, copiedPasskeys } = await this.userFactors.within(tx, userId);
      if (passwords === 0 && hardwarePasskeys + copiedPasskeys === 1) return false;
      if (!(await this.passkeys.delete(tx, id, userId))) return false;
      return this.users.changeCredentials(tx, userId);
    });
  }
}
