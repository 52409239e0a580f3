import { Injectable } from '@nestjs/common';
import type { AppliedItem } from './applied-item.js';
import { ApplyClient } from './apply-client.js';
import { ApplyGroup } from './apply-group.js';
import { ApplyResource } from './apply-resource.js';
import { ApplyRole } from './apply-role.js';
import { ApplyUser } from './apply-user.js';
import { ConfigurationCheck } from './configuration-check.js';
import { type Configuration, readConfiguration } from './configuration-file.js';
import { InTurn } from './in-turn.js';

/** Configuration as code: creates and updates the resources, clients, roles, groups and users of a file, and leaves all others alone. */
@Injectable()
export class Apply {
  constructor(
    private readonly checks: ConfigurationCheck,
    private readonly resources: ApplyResource,
    private readonly clients: ApplyClient,
    private readonly roles: ApplyRole,
    private readonly groups: ApplyGroup,
    private readonly users: ApplyUser,
    private readonly inTurn: InTurn,
  ) {}

  /**
   * Reads and checks a file without writing anything.
   * @throws ConfigurationError naming every problem
   */
  async check(file: string): Promise<Configuration> {
    const configuration = await readConfiguration(file);
    await this.checks.check(configuration);
    return configuration;
  }

  /**
   * Applies a file. Applying it again changes nothing; processes that apply at the same time take turns.
   * @throws ConfigurationError naming every problem, before anything is written
   */
  async apply(file: string): Promise<AppliedItem[]> {
    return this.inTurn.run('apply', async () => {
      const { resources, clients, roles, groups, users } = await this.check(file);
      const items: AppliedItem[] = [];
      for (const resource of resources) {
        const outcome = await this.resources.apply(resource);
        items.push({ kind: 'resource', name: resource.identifier, outcome });
      }
      for (const client of clients) {
        const outcome = await this.clients.apply(client);
        items.push({ kind: 'client', name: client.client_id, outcome });
      }
      for (const role of roles) {
        const outcome = await this.roles.apply(role);
        items.push({ kind: 'role', name: role.name, outcome });
      }
      for (const group of await this.groups.inOrder(groups)) {
        const outcome = await this.groups.apply(group);
        items.push({ kind: 'group', name: group.name, outcome });
      }
      for (const user of users) {
        const outcome = await this.users.apply(user);
        items.push({ kind: 'user', name: user.username, outcome });
      }
      return items;
    });
  }
}
