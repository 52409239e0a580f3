import { Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import type { Grant } from '../persistence/entities/grant.entity.js';
import { ConsentsStore } from '../persistence/stores/consents.store.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';
import type { Transaction } from '../persistence/transaction.js';

/** Whose grants: those of a user, of a client, or of a user to a client. */
export interface GrantParties {
  readonly userId?: string;
  readonly clientId?: string;
}

/** Why one grant is revoked, as kept with it, and the event of the audit trail that says so. */
const eventByReason = {
  code_replayed: 'code.replayed',
  refresh_token_reused: 'refresh_token.reused',
  revoked_by_client: 'grant.revoked',
  revoked_by_administrator: 'grant.revoked',
} as const;

export type RevocationReason = keyof typeof eventByReason;

/** Revokes grants, and with them all their codes and tokens. `actor` is who does it, for the audit trail. */
@Injectable()
export class GrantRevocation {
  constructor(
    private readonly grants: GrantsStore,
    private readonly consents: ConsentsStore,
    private readonly changes: Changes,
  ) {}

  /** Revokes one grant. If it was revoked before, it stays as it is and no event is recorded. */
  async revoke(
    { id, userId, clientId }: Pick<Grant, 'id' | 'userId' | 'clientId'>,
    reason: RevocationReason,
    actor: Originator,
  ): Promise<void> {
    await this.changes.change(
      { event: eventByReason[reason], actor, userId, clientId, grantId: id },
      (tx, now) => this.grants.revoke(tx, id, reason, now),
    );
  }

  /**
   * Revokes all grants of these parties and forgets their consent: resource owners are asked again.
   * @returns how many grants it revoked
   */
  async revokeAll(parties: GrantParties, actor: Originator): Promise<number> {
    const { userId = null, clientId = null } = parties;
    return this.changes.change(
      (revoked) => ({ event: 'grants.revoked', actor, userId, clientId, detail: { revoked } }),
      async (tx, now) => {
        await this.forgetConsent(tx, parties);
        return this.grants.revokeAll(tx, parties, 'revoked_by_administrator', now);
      },
    );
  }

  /** @throws NotFoundException */
  async require(id: string): Promise<Grant> {
    const grant = await this.grants.find(id);
    if (!grant) throw new NotFoundException(`there is no grant ${id}`);
    return grant;
  }

  private async forgetConsent(tx: Transaction, { userId, clientId }: GrantParties): Promise<void> {
    if (userId !== undefined && clientId !== undefined) await this.consents.forget(tx, userId, clientId);
    else if (userId !== undefined) await this.consents.forgetUser(tx, userId);
    else if (clientId !== undefined) await this.consents.forgetClient(tx, clientId);
  }
}
