import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { InitialAccessToken } from '../entities/initial-access-token.entity.js';
import { Database } from '../database.js';
import { addPage, type Page, type PageRequest, toPage } from '../page.js';

@Injectable()
export class InitialAccessTokensStore {
  constructor(private readonly database: Database) {}

  /** The token, when it can still be used. */
  async findUsable(tokenHash: string, now: number): Promise<InitialAccessToken | undefined> {
    const token = await this.database.read.findOneBy(InitialAccessToken, { tokenHash });
    const isUsable = token && token.usesLeft !== 0 && (token.expiresAt === null || token.expiresAt > now);
    return isUsable ? token : undefined;
  }

  /** Takes one use; false when there is none left. */
  async spend(tx: EntityManager, id: string, now: number): Promise<boolean> {
    const spent = await this.database.affected(
      tx,
      `UPDATE initial_access_tokens SET uses_left = CASE WHEN uses_left IS NULL THEN NULL ELSE uses_left - 1 END
        WHERE id = ? AND (uses_left IS NULL OR uses_left > 0) AND (expires_at IS NULL OR expires_at > ?)`,
      [id, now],
    );
    return spent === 1;
  }

  async list(page: PageRequest): Promise<Page<InitialAccessToken>> {
    const tokens = this.database.read.createQueryBuilder(InitialAccessToken, 'token');
    return toPage(await addPage(tokens, page, 'createdAt').getMany(), page.limit);
  }

  async insert(tx: EntityManager, token: InitialAccessToken): Promise<void> {
    await tx.insert(InitialAccessToken, token);
  }

  async delete(tx: EntityManager, id: string): Promise<boolean> {
    return (await tx.delete(InitialAccessToken, { id })).affected === 1;
  }
}
