import { Injectable, NotFoundException } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import type { Originator } from '../../audit/originator.js';
import { Clock } from '../../config/clock.js';
import { generateOpaqueToken, lookupHash } from '../../crypto/opaque-token.js';
import type { InitialAccessToken } from '../../persistence/entities/initial-access-token.entity.js';
import { newId } from '../../persistence/id.js';
import { InitialAccessTokensStore } from '../../persistence/stores/initial-access-tokens.store.js';

/** The properties of a new initial access token. */
export interface NewInitialAccessToken {
  readonly note?: string;
  /** How many clients it can register; unlimited if absent. */
  readonly uses?: number;
  /** Lifetime in seconds; never expires if absent. */
  readonly lifetime?: number;
}

/** Creates and deletes initial access tokens (RFC 7591 §3.1). `actor` is the caller, for the audit trail. */
@Injectable()
export class InitialAccessTokens {
  constructor(
    private readonly store: InitialAccessTokensStore,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** @returns the token, which is shown only once, and its row */
  async create(
    { note, uses, lifetime }: NewInitialAccessToken,
    actor: Originator,
  ): Promise<{ token: string; row: InitialAccessToken }> {
    const token = generateOpaqueToken();
    const now = this.clock.now();
    const row = {
      id: newId(),
      tokenHash: lookupHash(token),
      note: note ?? null,
      usesLeft: uses ?? null,
      createdAt: now,
      expiresAt: lifetime === undefined ? null : now + lifetime,
    };
    await this.changes.change(
      { event: 'registration_token.created', actor, detail: { id: row.id, note } },
      (tx) => this.store.insert(tx, row),
    );
    return { token, row };
  }

  /** @throws NotFoundException */
  async delete(id: string, actor: Originator): Promise<void> {
    const deleted = await this.changes.change(
      { event: 'registration_token.deleted', actor, detail: { id } },
      (tx) => this.store.delete(tx, id),
    );
    if (!deleted) throw new NotFoundException(`there is no registration token ${id}`);
  }
}
