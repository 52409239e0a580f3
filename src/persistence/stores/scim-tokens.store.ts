import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { ScimToken } from '../entities/scim-token.entity.js';
import { addPage, type Page, type PageRequest, toPage } from '../page.js';

/** Tokens of provisioning clients. */
@Injectable()
export class ScimTokensStore {
  constructor(private readonly database: Database) {}

  /** The token, if it has not expired. */
  async findActive(tokenHash: string, now: number): Promise<ScimToken | undefined> {
    const token = await this.database.read.findOneBy(ScimToken, { tokenHash });
    return token && (token.expiresAt === null || token.expiresAt > now) ? token : undefined;
  }

  /** Oldest first. */
  async list(page: PageRequest): Promise<Page<ScimToken>> {
    const tokens = this.database.read.createQueryBuilder(ScimToken, 'token');
    return toPage(await addPage(tokens, page, 'createdAt').getMany(), page.limit);
  }

  async insert(tx: EntityManager, token: ScimToken): Promise<void> {
    await tx.insert(ScimToken, token);
  }

  /** Notes a use, unless one was noted since. */
  async noteUse(id: string, now: number, since: number): Promise<void> {
    await this.database.write((tx) =>
      this.database.affected(
        tx,
        'UPDATE scim_tokens SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)',
        [now, id, since],
      ),
    );
  }

  /** @returns the name of the token; undefined if there is no such token */
  async delete(tx: EntityManager, id: string): Promise<string | undefined> {
    const token = await tx.findOneBy(ScimToken, { id });
    return token && (await tx.delete(ScimToken, { id })).affected === 1 ? token.name : undefined;
  }
}
