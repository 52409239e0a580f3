import { Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { Clock } from '../config/clock.js';
import { invalidField } from '../http/invalid-fields.js';
import { ClientManagersStore, type ListedManager } from '../persistence/stores/client-managers.store.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { partialRolesOf } from '../resource/rights.js';
import { unknownClient } from './client-refusals.js';

/** The people who manage single clients. */
@Injectable()
export class ClientManagers {
  constructor(
    private readonly managers: ClientManagersStore,
    private readonly clients: ClientsStore,
    private readonly users: UsersStore,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** Oldest first. @throws NotFoundException if there is no such client */
  async list(clientId: string): Promise<ListedManager[]> {
    if (!(await this.clients.find(clientId))) throw unknownClient(clientId);
    return this.managers.list(clientId);
  }

  /** Notes who manages a client, in the transaction of its registration. */
  async note(tx: Transaction, clientId: string, userId: string): Promise<void> {
    const now = this.clock.now();
    await this.managers.add(tx, { clientId, userId, createdAt: now });
    await this.changes.record(
      tx,
      { event: 'client.manager_added', actor: `user:${userId}`, userId, clientId },
      now,
    );
  }

  /**
   * Makes somebody a manager of a client. Does nothing if they are one.
   * @throws NotFoundException if there is no such client
   * @throws BadRequestException if the user does not have the role
   */
  async add(clientId: string, userId: string, actor: Originator): Promise<void> {
    await this.changes.change([], async (tx, now) => {
      if (!(await this.clients.hold(tx, clientId))) throw unknownClient(clientId);
      const user = await this.users.hold(tx, userId);
      if (!user || !partialRolesOf(user).includes('client_manager'))
        throw invalidField('user_id', 'must be the id of a user with the role client_manager', 'path');
      if (await this.managers.add(tx, { clientId, userId, createdAt: now }))
        await this.changes.record(tx, { event: 'client.manager_added', actor, userId, clientId }, now);
    });
  }

  /** Does nothing if they are no manager of it. @throws NotFoundException if there is no such client */
  async remove(clientId: string, userId: string, actor: Originator): Promise<void> {
    await this.changes.change([], async (tx, now) => {
      if (!(await this.clients.hold(tx, clientId))) throw unknownClient(clientId);
      if (await this.managers.remove(tx, clientId, userId))
        await this.changes.record(tx, { event: 'client.manager_removed', actor, userId, clientId }, now);
    });
  }
}
