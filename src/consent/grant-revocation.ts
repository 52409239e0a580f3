import { Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { ConsentsStore } from '../persistence/stores/consents.store.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import type { Transaction } from '../persistence/transaction.js';

/** Whose grants: those of a user, of a client, or of a user to a client. */
export interface GrantParties {
  readonly userId?: string;
  readonly clientId?: string;
}

const reason = 'revoked_by_administrator';

/** Takes away what clients were granted, on the word of an administrator. `actor` is who does it, for the audit trail. */
@Injectable()
export class GrantRevocation {
  constructor(
    private readonly grants: GrantsStore,
    private readonly consents: ConsentsStore,
    private readonly changes: Changes,
  ) {}

  /**
   * Kills one grant with all its tokens; one that is dead already stays so.
   * @throws NotFoundException
   */
  async revoke(id: string, actor: string): Promise<void> {
    const { userId, clientId } = await this.require(id);
    await this.changes.change({ event: 'grant.revoked', actor, userId, clientId, grantId: id }, (tx, now) =>
      this.grants.revoke(tx, id, reason, now),
    );
  }

  /**
   * Kills all grants of these parties, and forgets what was allowed: resource owners are asked again.
   * @returns how many grants were alive
   */
  async revokeAll(parties: GrantParties, actor: string): Promise<number> {
    const { userId = null, clientId = null } = parties;
    return this.changes.change(
      (revoked) => ({ event: 'grants.revoked', actor, userId, clientId, detail: { revoked } }),
      async (tx, now) => {
        await this.forget(tx, parties);
        return this.grants.revokeAll(tx, parties, reason, now);
      },
    );
  }

  /** @throws NotFoundException */
  async require(id: string): Promise<Grant> {
    const grant = await this.grants.find(id);
    if (!grant) throw new NotFoundException(`there is no grant ${id}`);
    return grant;
  }

  private async forget(tx: Transaction, { userId, clientId }: GrantParties): Promise<void> {
    if (userId !== undefined && clientId !== undefined) await this.consents.forget(tx, userId, clientId);
    else if (userId !== undefined) await this.consents.forgetUser(tx, userId);
    else if (clientId !== undefined) await this.consents.forgetClient(tx, clientId);
  }
}
