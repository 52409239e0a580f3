import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull, Not } from 'typeorm';
import { Database } from '../database.js';
import { type LinkPurpose, MailedLink } from '../entities/mailed-link.entity.js';

/** Links that were mailed to people. */
@Injectable()
export class MailedLinksStore {
  constructor(private readonly database: Database) {}

  async insert(tx: EntityManager, link: MailedLink): Promise<void> {
    await tx.insert(MailedLink, link);
  }

  /** The links of a user that are still stored, oldest first. */
  async of(userId: string): Promise<MailedLink[]> {
    return this.database.read.find(MailedLink, { where: { userId }, order: { createdAt: 'ASC' } });
  }

  /** The link, if it can still be used. */
  async findUsable(
    tokenHash: string,
    purposes: readonly LinkPurpose[],
    now: number,
  ): Promise<MailedLink | undefined> {
    const link = await this.database.read.findOneBy(MailedLink, { tokenHash });
    const isUsable = link && purposes.includes(link.purpose) && link.usedAt === null && link.expiresAt > now;
    return isUsable ? link : undefined;
  }

  /** The user of a link that was used since then; undefined if there is none. */
  async userOfUsed(tokenHash: string, since: number): Promise<string | undefined> {
    const link = await this.database.read.findOneBy(MailedLink, { tokenHash });
    return link?.usedAt && link.usedAt >= since ? (link.userId ?? undefined) : undefined;
  }

  async isUsed(tx: EntityManager, pairId: string, email: string): Promise<boolean> {
    return tx.existsBy(MailedLink, { pairId, email, usedAt: Not(IsNull()) });
  }

  /** Forgets the links with this id as `pairId`. */
  async forget(tx: EntityManager, pairId: string): Promise<void> {
    await tx.delete(MailedLink, { pairId });
  }

  /** Uses the link: true for exactly one request, and only in time. */
  async redeem(tx: EntityManager, tokenHash: string, now: number): Promise<boolean> {
    const used = await this.database.affected(
      tx,
      'UPDATE mailed_links SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?',
      [now, tokenHash, now],
    );
    return used === 1;
  }
}
