import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { Originator } from '../../audit/originator.js';
import { UpstreamAffiliations } from '../../directory/upstream-affiliations.js';
import { IdentitiesStore } from '../../persistence/stores/identities.store.js';
import { UpstreamsStore } from '../../persistence/stores/upstreams.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { checkPrecondition, type Precondition } from '../../resource/precondition.js';
import { SessionEnd } from '../../sessions/session-end.js';
import { UpstreamRegistration } from './upstream-registration.js';
import { Upstreams } from './upstreams.js';

/** People of one transaction. */
const batchSize = 50;

/** Deletes upstreams. */
@Injectable()
export class UpstreamDeletion {
  constructor(
    private readonly store: UpstreamsStore,
    private readonly registration: UpstreamRegistration,
    private readonly upstreams: Upstreams,
    private readonly identities: IdentitiesStore,
    private readonly users: UsersStore,
    private readonly affiliations: UpstreamAffiliations,
    private readonly sessionEnd: SessionEnd,
    private readonly changes: Changes,
  ) {}

  /**
   * Deletes an upstream with what it knows of users, and ends their sessions with the grants bound to them. It is turned off first, and
   * then goes in batches: where it ends half-way it can be deleted again.
   * @throws NotFoundException
   * @throws ConflictException if it is the upstream of an organization
   * @throws PreconditionFailedException
   */
  async delete(alias: string, actor: Originator, precondition?: Precondition): Promise<void> {
    const { id } = await this.registration.require(alias);
    await this.changes.change([], async (tx, now) => {
      const held = await this.store.hold(tx, alias);
      if (held) checkPrecondition(held, precondition);
      await this.affiliations.requireUnnamed(tx, alias);
      await this.store.disable(tx, id, now);
    });
    this.upstreams.forget();
    while (await this.deleteSome(id, actor));
    await this.changes.change({ event: 'upstream.deleted', actor, detail: { alias } }, async (tx) => {
      await this.store.hold(tx, alias);
      // An organization may have been given it meanwhile.
      await this.affiliations.requireUnnamed(tx, alias);
      await this.store.delete(tx, id);
    });
    this.upstreams.forget();
  }

  /** @returns whether there may be more */
  private async deleteSome(id: string, actor: Originator): Promise<boolean> {
    const userIds = await this.identities.someUsersOf(id, batchSize);
    await this.changes.change([], async (tx, now) => {
      for (const userId of userIds) {
        if (await this.users.hold(tx, userId)) await this.sessionEnd.endAllOf(tx, userId, now);
        await this.identities.deleteOf(tx, userId, id);
        await this.affiliations.endWithin(tx, id, userId, { actor, now });
        await this.users.changeCredentials(tx, userId);
      }
    });
    return userIds.length === batchSize;
  }
}
