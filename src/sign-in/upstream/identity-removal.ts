import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { nameOf, type Originator } from '../../audit/originator.js';
import { UpstreamAffiliations } from '../../directory/upstream-affiliations.js';
import { Notifications } from '../../mail/notifications.js';
import { IdentitiesStore } from '../../persistence/stores/identities.store.js';
import { UserFactorsStore } from '../../persistence/stores/user-factors.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { Upstreams } from './upstreams.js';

export type IdentityRemovalOutcome = 'removed' | 'unknown' | 'last';

/** Takes the links to upstreams from users, who are notified by mail. */
@Injectable()
export class IdentityRemoval {
  constructor(
    private readonly identities: IdentitiesStore,
    private readonly upstreams: Upstreams,
    private readonly userFactors: UserFactorsStore,
    private readonly users: UsersStore,
    private readonly notifications: Notifications,
    private readonly affiliations: UpstreamAffiliations,
    private readonly changes: Changes,
  ) {}

  /**
   * @param evenLast whether the user may be left without a way to sign in
   */
  async remove(
    userId: string,
    id: string,
    actor: Originator,
    evenLast = false,
  ): Promise<IdentityRemovalOutcome> {
    const identity = (await this.identities.of(userId)).find((one) => one.id === id);
    if (!identity) return 'unknown';
    const { alias } = identity;
    const name = (await this.upstreams.all()).find((upstream) => upstream.alias === alias)?.name ?? alias;
    let outcome: IdentityRemovalOutcome = 'unknown';
    await this.changes.change(
      { event: 'identity.removed', actor, userId, detail: { upstream: alias } },
      async (tx, now) => {
        // Held, so that of two requests that each remove one of two identities one is refused.
        await this.users.hold(tx, userId);
        const { passwords, identities, hardwarePasskeys, copiedPasskeys } = await this.userFactors.within(
          tx,
          userId,
        );
        const isLast = passwords + hardwarePasskeys + copiedPasskeys === 0 && identities <= 1;
        outcome = isLast && !evenLast ? 'last' : 'unknown';
        if (outcome === 'last' || !(await this.identities.delete(tx, id, userId))) return false;
        outcome = 'removed';
        await this.affiliations.endWithin(tx, identity.upstreamId, userId, { actor, now });
        const address = typeof actor === 'string' ? undefined : actor.address;
        const by = nameOf(actor) === `user:${userId}` ? { address } : {};
        await this.notifications.notify(
          tx,
          { message: 'factor-removed', userId, factor: 'identity', upstream: name, ...by },
          now,
        );
        return this.users.changeCredentials(tx, userId);
      },
    );
    return outcome;
  }
}
