import { Injectable } from '@nestjs/common';
import { type NamedOwner, RoleOwners } from '../directory/role-owners.js';
import { namesUri } from '../protocol/uri.js';
import type { Configuration } from './configuration-file.js';

/** Checks what entries of a configuration name: a client or a resource of the file, or one that is there already. */
@Injectable()
export class OwnerCheck {
  constructor(private readonly owners: RoleOwners) {}

  /** @returns undefined if it is there, or none is named */
  async fault(
    { client_id, resource }: NamedOwner,
    { clients, resources }: Configuration,
  ): Promise<{ readonly field: string; readonly reason: string } | undefined> {
    const identifiers = resources.map(({ identifier }) => identifier);
    const isInFile =
      clients.some((client) => client.client_id === client_id) ||
      (resource !== undefined && namesUri(identifiers, resource));
    if (isInFile || (await this.owners.find({ client_id, resource }))) return undefined;
    return client_id === undefined
      ? { field: 'resource', reason: 'is not the identifier of a resource' }
      : { field: 'client_id', reason: 'is not the client_id of a client' };
  }
}
