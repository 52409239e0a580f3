import { Injectable } from '@nestjs/common';
import { Database } from '../persistence/database.js';
import { AuditStore } from '../persistence/stores/audit.store.js';
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
    private readonly audit: AuditStore,
    private readonly database: Database,
  ) {}

  /** A grant that has ended already stays as it is, and nothing is noted. */
  async end(
    grant: { readonly id: string; readonly userId: string | null },
    clientId: string,
    reason: keyof typeof endings,
    now: number,
  ): Promise<void> {
    await this.database.write(async (tx) => {
      if (!(await this.grants.revoke(tx, grant.id, reason, now))) return;
      const { id: grantId, userId } = grant;
      const actor = `client:${clientId}`;
      await this.audit.record(tx, { event: endings[reason], actor, clientId, userId, grantId }, now);
    });
  }
}
