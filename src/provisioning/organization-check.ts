import { Injectable } from '@nestjs/common';
import { OrganizationsStore } from '../persistence/stores/organizations.store.js';
import { usernameKey, UsersStore } from '../persistence/stores/users.store.js';
import { ConfiguredDomains } from './configured-domains.js';
import type { Configuration } from './configuration-file.js';
import type { Intention, PartCheck } from './part-check.js';
import type { Problem } from './problems.js';

/** Checks the members of organizations of a configuration, their roles, and the domains, against the database. */
@Injectable()
export class OrganizationCheck implements PartCheck {
  constructor(
    private readonly organizations: OrganizationsStore,
    private readonly users: UsersStore,
    private readonly domains: ConfiguredDomains,
  ) {}

  async problems(configuration: Configuration, { prune }: Pick<Intention, 'prune'>): Promise<Problem[]> {
    const problems: Problem[] = [];
    const named = new Set(configuration.users.map(({ username }) => usernameKey(username)));
    for (const [index, { name, roles, members = [] }] of configuration.organizations.entries()) {
      const known = roles ?? (await this.organizations.findByName(name))?.roles ?? [];
      const earlier = new Set<string>();
      for (const [place, { username, roles: held }] of members.entries()) {
        const path = ['organizations', index, 'members', place];
        const key = usernameKey(username);
        const isUser =
          named.has(key) ||
          (!prune.includes('users') && (await this.users.findByUsername(username)) !== null);
        if (!isUser) problems.push({ path: [...path, 'username'], reason: 'is not the name of a user' });
        if (earlier.has(key)) problems.push({ path: [...path, 'username'], reason: 'is repeated' });
        earlier.add(key);
        for (const [at, role] of held.entries())
          if (!known.includes(role))
            problems.push({ path: [...path, 'roles', at], reason: 'is not a role of the organization' });
      }
    }
    return [...problems, ...(await this.domains.problems(configuration.organizations))];
  }
}
