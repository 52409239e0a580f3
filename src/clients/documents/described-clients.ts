import { Injectable } from '@nestjs/common';
import { Changes } from '../../audit/changes.js';
import { DuplicateError } from '../../persistence/duplicate-error.js';
import type { Client } from '../../persistence/entities/client.entity.js';
import { ClientsStore } from '../../persistence/stores/clients.store.js';
import { ClientDirectory } from '../client-directory.js';
import { ClientRegistration } from '../client-registration.js';
import type { RegisteredClient } from '../registered-client.js';

/**
 * The rows of clients that documents describe. There is one only from the first grant on: tokens, the account page and the admin API
 * then find the client as they find any other, and an administrator can disable it. The row follows the document.
 */
@Injectable()
export class DescribedClients {
  constructor(
    private readonly clients: ClientsStore,
    private readonly registration: ClientRegistration,
    private readonly directory: ClientDirectory,
    private readonly changes: Changes,
  ) {}

  /** Makes the row of a client that is about to get a grant; does nothing for a client that has one. */
  async keep({ metadata, isDescribed }: RegisteredClient): Promise<void> {
    const { clientId } = metadata;
    if (!isDescribed || (await this.clients.find(clientId))) return;
    const event = { event: 'client.registered', actor: actorOf(clientId), clientId } as const;
    try {
      await this.changes.change(event, (tx) => this.clients.insert(tx, metadata));
    } catch (error) {
      // Another request has made it.
      if (!(error instanceof DuplicateError)) throw error;
    }
    this.directory.forget(clientId);
  }

  /** Notes that there is no valid document any more, so that no replica goes on with a copy while the host is down. */
  async withdraw({ clientId, documentFetchedAt }: Client): Promise<void> {
    if (documentFetchedAt !== withdrawnAt) await this.clients.noteDocument(clientId, withdrawnAt);
  }

  /** Writes what a document that was just fetched says, if its client has a row. */
  async follow(described: Client): Promise<void> {
    const { clientId } = described;
    const present = await this.clients.find(clientId);
    if (!present || present.documentFetchedAt === null) return;
    await this.registration.describe(described, actorOf(clientId));
    await this.clients.noteDocument(clientId, described.documentFetchedAt ?? 0);
    this.directory.forget(clientId);
  }
}

/** As the time at which a document was last read: too long ago for any copy to count. */
const withdrawnAt = 0;

const actorOf = (clientId: string): string => `document:${new URL(clientId).host}`;
