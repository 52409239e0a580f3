import { Injectable } from '@nestjs/common';
import type { Job } from '../../persistence/entities/job.entity.js';
import { ClientsStore } from '../../persistence/stores/clients.store.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { parseScope } from '../../protocol/scope.js';
import { rolesOf, scopesOfRoles, withIncluded, writeScope } from '../../resource/rights.js';
import { JobFailure } from './job-work.js';

/** What the work of a job may do: what its token allowed, as far as whoever started it may still do so. */
@Injectable()
export class JobRights {
  constructor(
    private readonly users: UsersStore,
    private readonly clients: ClientsStore,
  ) {}

  /** @throws JobFailure if whoever started the job may no longer administer users */
  async required({ scopes, startedBy }: Pick<Job, 'scopes' | 'startedBy'>): Promise<ReadonlySet<string>> {
    const allowed = await this.allowedTo(startedBy);
    const held = new Set(parseScope(scopes).filter((scope) => !allowed || allowed.has(scope)));
    if (!held.has(writeScope('users')))
      throw new JobFailure('whoever started it may no longer administer users');
    return held;
  }

  /** The scopes of the admin API that somebody has at present; undefined for the command line, which has all. */
  private async allowedTo(actor: string): Promise<ReadonlySet<string> | undefined> {
    const [kind, ...rest] = actor.split(':');
    const id = rest.join(':');
    if (kind === 'user') return scopesOfRoles(rolesOf(await this.users.rolesOfActive(id)));
    if (kind !== 'client') return undefined;
    const client = await this.clients.find(id);
    return withIncluded(client && client.disabledAt === null ? parseScope(client.scope) : []);
  }
}
