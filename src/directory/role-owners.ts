import { Injectable } from '@nestjs/common';
import { invalidField } from '../http/invalid-fields.js';
import type { Resource } from '../persistence/entities/resource.entity.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import type { RoleOwner } from '../persistence/stores/roles.store.js';
import type { Transaction } from '../persistence/transaction.js';
import { withIdentifier } from '../resource/resource-rules.js';

/** Whose role it is, as it is named: a client, a resource, or the service if neither is given. */
export interface NamedOwner {
  readonly client_id?: string | undefined;
  /** The identifier of a resource. */
  readonly resource?: string | undefined;
}

/** The owner of a role of the whole service. */
const service: RoleOwner = { ownerKind: 'service', ownerId: '' };

/** The names of the owners of roles. */
@Injectable()
export class RoleOwners {
  constructor(
    private readonly clients: ClientsStore,
    private readonly resources: ResourcesStore,
  ) {}

  /** @returns undefined if there is no such client or resource */
  async find(
    { client_id: clientId, resource }: NamedOwner,
    tx?: Transaction,
  ): Promise<RoleOwner | undefined> {
    if (clientId !== undefined)
      return (await this.clients.find(clientId, tx)) ? { ownerKind: 'client', ownerId: clientId } : undefined;
    if (resource === undefined) return service;
    return ofResource(withIdentifier(await this.resources.all(tx), resource));
  }

  /**
   * Holds the owner of a role that is made until the transaction ends, so that it is not deleted meanwhile.
   * @throws BadRequestException if two are named, or there is none
   */
  async hold(tx: Transaction, { client_id: clientId, resource }: NamedOwner): Promise<RoleOwner> {
    if (clientId !== undefined && resource !== undefined)
      throw invalidField('resource', 'does not go with client_id: a role has one owner');
    if (clientId !== undefined) {
      if (!(await this.clients.hold(tx, clientId)))
        throw invalidField('client_id', 'must be the client_id of a client');
      return { ownerKind: 'client', ownerId: clientId };
    }
    if (resource === undefined) return service;
    const owner = ofResource(withIdentifier(await this.resources.holdAll(tx), resource));
    if (!owner) throw invalidField('resource', 'must be the identifier of a resource');
    return owner;
  }

  /** The names of these owners, in their order. */
  async nameAll(owners: readonly RoleOwner[]): Promise<NamedOwner[]> {
    const resources = owners.some(({ ownerKind }) => ownerKind === 'resource')
      ? await this.resources.all()
      : [];
    return owners.map(({ ownerKind, ownerId }) =>
      ownerKind === 'client'
        ? { client_id: ownerId }
        : ownerKind === 'resource'
          ? { resource: resources.find(({ id }) => id === ownerId)?.identifier }
          : {},
    );
  }
}

const ofResource = (resource: Pick<Resource, 'id'> | undefined): RoleOwner | undefined =>
  resource && { ownerKind: 'resource', ownerId: resource.id };
