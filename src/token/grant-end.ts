import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import { GrantsStore } from '../persistence/stores/grants.store.js';

/** Why a grant ends at the hands of its client: the reason kept with the grant, and the event of the audit trail. */
const endings = {
  code_replayed: 'code.replayed',
  refresh_token_reused: 'refresh_token.reused',
  revoked_by_client: 'grant.revoked',
} as const;

/** Ends a grant with all its tokens, for what its client did. */
@Injectable()
export class GrantEnd {
  constructor(
    private readonly grants: GrantsStore,
    private readonly changes: Changes,
  ) {}

  /** A grant that has ended already stays as it is, and nothing is noted. */
  async end(
    grant: { readonly id: string; readonly userId: string | null },
    clientId: string,
    reason: keyof typeof endings,
  ): Promise<void> {
    const { id: grantId, userId } = grant;
    await this.changes.change(
      { event: endings[reason], actor: `client:${clientId}`, clientId, userId, grantId },
      (tx, now) => this.grants.revoke(tx, grantId, reason, now),
    );
  }
}
