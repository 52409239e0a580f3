import { Injectable } from '@nestjs/common';
import type { AppliedItem } from './applied-item.js';
import { ApplyClient } from './apply-client.js';
import { ApplyResource } from './apply-resource.js';
import { ApplyUser } from './apply-user.js';
import { ConfigurationCheck } from './configuration-check.js';
import { type Configuration, readConfiguration } from './configuration-file.js';
import { InTurn } from './in-turn.js';

/** Configuration as code: brings resources, clients and users to what a file says, and leaves what it does not name. */
@Injectable()
export class Apply {
  constructor(
    private readonly checks: ConfigurationCheck,
    private readonly resources: ApplyResource,
    private readonly clients: ApplyClient,
    private readonly users: ApplyUser,
    private readonly inTurn: InTurn,
  ) {}

  /**
   * Reads a file and checks it as a whole; writes nothing.
   * @throws ConfigurationError naming every problem
   */
  async check(file: string): Promise<Configuration> {
    const configuration = await readConfiguration(file);
    await this.checks.check(configuration);
    return configuration;
  }

  /**
   * Applies a file that is without fault. Doing so twice changes nothing the second time; processes that apply at once do it
   * one after the other.
   * @throws ConfigurationError naming every problem, before anything is written
   */
  async apply(file: string): Promise<AppliedItem[]> {
    return this.inTurn.run('apply', async () => {
      const { resources, clients, users } = await this.check(file);
      const items: AppliedItem[] = [];
      for (const resource of resources) {
        const outcome = await this.resources.apply(resource);
        items.push({ kind: 'resource', name: resource.identifier, outcome });
      }
      for (const client of clients) {
        const outcome = await this.clients.apply(client);
        items.push({ kind: 'client', name: client.client_id, outcome });
      }
      for (const user of users) {
        const outcome = await this.users.apply(user);
        items.push({ kind: 'user', name: user.username, outcome });
      }
      return items;
    });
  }
}
