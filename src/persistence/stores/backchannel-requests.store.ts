import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BackchannelRequest } from '../entities/backchannel-request.entity.js';
import { addPage, type Page, type PageRequest, toPage } from '../page.js';
import type { Transaction } from '../transaction.js';
import { PolledRequestsStore } from './polled-requests.js';

/** Requests for the authentication of people who are not in the browser of the client (CIBA Core). */
@Injectable()
export class BackchannelRequestsStore extends PolledRequestsStore {
  protected readonly table = 'backchannel_requests';
  protected readonly hashColumn = 'auth_req_id_hash';

  async insert(tx: EntityManager, request: BackchannelRequest): Promise<void> {
    await tx.insert(BackchannelRequest, request);
  }

  /** The request with this id, whatever became of it. */
  async findById(id: string): Promise<BackchannelRequest | null> {
    return this.database.read.findOneBy(BackchannelRequest, { id });
  }

  /** What waits for the decision of a user, oldest first. */
  async waitingFor(userId: string, now: number): Promise<BackchannelRequest[]> {
    return this.database.read
      .createQueryBuilder(BackchannelRequest, 'request')
      .where("request.userId = :userId AND request.state = 'pending' AND request.expiresAt > :now", {
        userId,
        now,
      })
      .orderBy('request.id')
      .getMany();
  }

  /** How many requests wait for the decision of a user who is held in the transaction: of all clients, and of one. */
  async countWaiting(
    tx: Transaction,
    userId: string,
    clientId: string,
    now: number,
  ): Promise<{ readonly all: number; readonly ofClient: number }> {
    const rows = await this.database.rows<{ client_id: string }>(
      tx,
      `SELECT client_id FROM backchannel_requests WHERE user_id = ? AND state = 'pending' AND expires_at > ?`,
      [userId, now],
    );
    return { all: rows.length, ofClient: rows.filter((row) => row.client_id === clientId).length };
  }

  /** All requests about a user that are still stored, oldest first. */
  async list(userId: string, page: PageRequest): Promise<Page<BackchannelRequest>> {
    const query = addPage(
      this.database.read.createQueryBuilder(BackchannelRequest, 'request'),
      page,
      'createdAt',
    ).andWhere('request.userId = :userId', { userId });
    return toPage(await query.getMany(), page.limit);
  }
}
