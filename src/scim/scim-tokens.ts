import { Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { generateOpaqueToken, lookupHash } from '../crypto/opaque-token.js';
import type { ScimToken } from '../persistence/entities/scim-token.entity.js';
import { newId } from '../persistence/id.js';
import { ScimTokensStore } from '../persistence/stores/scim-tokens.store.js';
import { scimTokenPrefix } from '../resource/scim-token-verifier.js';

/** The properties of a new token. */
export interface NewScimToken {
  /** Of the provisioning client. */
  readonly name: string;
  /** In seconds; never expires if absent. */
  readonly lifetime?: number;
  readonly verifies_emails?: boolean;
}

/** Creates and revokes tokens of provisioning clients. `actor` is the caller, for the audit trail. */
@Injectable()
export class ScimTokens {
  constructor(
    private readonly store: ScimTokensStore,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** @returns the token, which is shown only once, and its row */
  async create(
    { name, lifetime, verifies_emails: verifiesEmails = false }: NewScimToken,
    actor: Originator,
  ): Promise<{ token: string; row: ScimToken }> {
    const token = scimTokenPrefix + generateOpaqueToken();
    const now = this.clock.now();
    const row: ScimToken = {
      id: newId(),
      name,
      tokenHash: lookupHash(token),
      verifiesEmails,
      createdAt: now,
      expiresAt: lifetime === undefined ? null : now + lifetime,
      lastUsedAt: null,
    };
    await this.changes.change({ event: 'scim_token.created', actor, detail: { id: row.id, name } }, (tx) =>
      this.store.insert(tx, row),
    );
    return { token, row };
  }

  /** @throws NotFoundException */
  async revoke(id: string, actor: Originator): Promise<void> {
    await this.changes.change<string>(
      (name) => ({ event: 'scim_token.revoked', actor, detail: { id, name } }),
      async (tx) => {
        const name = await this.store.delete(tx, id);
        if (name === undefined) throw new NotFoundException(`there is no SCIM token ${id}`);
        return name;
      },
    );
  }
}
