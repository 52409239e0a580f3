import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database.js';
import { SessionClient } from '../entities/session-client.entity.js';

/** Which clients a session has signed in to, of those that want to hear of its end. */
@Injectable()
export class SessionClientsStore {
  constructor(private readonly database: Database) {}

  /** Notes that the client was let in during the session. */
  async note(tx: EntityManager, sessionClient: SessionClient): Promise<void> {
    await this.database.insertIfAbsent(
      tx,
      'INSERT INTO session_clients (session_id, client_id, expires_at) VALUES (?, ?, ?)',
      [sessionClient.sessionId, sessionClient.clientId, sessionClient.expiresAt],
    );
  }

  /** The front-channel logout URIs of the session's clients, each once. */
  async frontChannelUris(sessionId: string): Promise<string[]> {
    const found = await this.database.query<{ uri: string }>(
      `SELECT DISTINCT c.frontchannel_logout_uri AS uri
         FROM session_clients s JOIN clients c ON c.client_id = s.client_id
        WHERE s.session_id = ? AND c.frontchannel_logout_uri IS NOT NULL AND c.disabled_at IS NULL`,
      [sessionId],
    );
    return found.map(({ uri }) => uri);
  }
}
