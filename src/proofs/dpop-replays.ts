import type { ReplayStore } from '@eyrie/guard';
import { Injectable } from '@nestjs/common';
import { lookupHash } from '../crypto/opaque-token.js';
import { Database } from '../persistence/database.js';
import { UsedJtisStore } from '../persistence/stores/used-jtis.store.js';

/** Remembers DPoP proofs in the database, so that each is accepted once by all processes together (RFC 9449 §11.1). */
@Injectable()
export class DpopReplays implements ReplayStore {
  constructor(
    private readonly usedJtis: UsedJtisStore,
    private readonly database: Database,
  ) {}

  note(id: string, until: number): Promise<boolean> {
    // A proof is still accepted in its last second.
    const expiresAt = Math.ceil(until) + 1;
    return this.database.write((tx) => this.usedJtis.use(tx, lookupHash(`dpop ${id}`), expiresAt));
  }
}
