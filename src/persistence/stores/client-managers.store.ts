import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { ClientManager } from '../entities/client-manager.entity.js';

/** Who manages a client. */
export interface ListedManager {
  readonly userId: string;
  readonly username: string;
  readonly createdAt: number;
}

/** Which people manage which clients. */
@Injectable()
export class ClientManagersStore {
  constructor(private readonly database: Database) {}

  async manages(userId: string, clientId: string): Promise<boolean> {
    return this.database.read.existsBy(ClientManager, { userId, clientId });
  }

  /** Oldest first. */
  async list(clientId: string): Promise<ListedManager[]> {
    const rows = await this.database.query<{
      user_id: string;
      username: string;
      created_at: string | number;
    }>(
      `SELECT m.user_id, u.username, m.created_at FROM client_managers m JOIN users u ON u.id = m.user_id
        WHERE m.client_id = ? ORDER BY m.created_at, m.user_id`,
      [clientId],
    );
    return rows.map(({ user_id: userId, username, created_at: at }) => ({
      userId,
      username,
      createdAt: Number(at),
    }));
  }

  /** @returns false if the user manages the client already */
  async add(tx: EntityManager, { clientId, userId, createdAt }: ClientManager): Promise<boolean> {
    return this.database.insertIfAbsent(
      tx,
      'INSERT INTO client_managers (client_id, user_id, created_at) VALUES (?, ?, ?)',
      [clientId, userId, createdAt],
    );
  }

  /** @returns false if the user does not manage the client */
  async remove(tx: EntityManager, clientId: string, userId: string): Promise<boolean> {
    const { affected } = await tx.delete(ClientManager, { clientId, userId });
    return affected === 1;
  }
}
