import { Injectable } from '@nestjs/common';
import {
  columnsOf,
  emptyOrganization,
  membersOf,
  organizationProblem,
  withoutGoneRoles,
} from '../directory/organizations/organization-fields.js';
import { OrganizationsStore } from '../persistence/stores/organizations.store.js';
import { UpstreamsStore } from '../persistence/stores/upstreams.store.js';
import { usernameKey, UsersStore } from '../persistence/stores/users.store.js';
import { protocolOf } from '../sign-in/upstream/registration-check.js';
import type { Configuration } from './configuration-file.js';
import { ConfiguredDomains } from './configured-domains.js';
import type { Intention, PartCheck } from './part-check.js';
import type { Problem } from './problems.js';

type Entry = Configuration['organizations'][number];

/** Checks the organizations of a configuration, their members and domains, against the database. */
@Injectable()
export class OrganizationCheck implements PartCheck {
  constructor(
    private readonly organizations: OrganizationsStore,
    private readonly users: UsersStore,
    private readonly upstreams: UpstreamsStore,
    private readonly domains: ConfiguredDomains,
  ) {}

  async problems(configuration: Configuration, { prune }: Pick<Intention, 'prune'>): Promise<Problem[]> {
    const problems: Problem[] = [];
    const named = new Set(configuration.users.map(({ username }) => usernameKey(username)));
    const isUser = async (username: string): Promise<boolean> =>
      named.has(usernameKey(username)) ||
      (!prune.includes('users') && (await this.users.findByUsername(username)) !== null);
    for (const [index, entry] of configuration.organizations.entries()) {
      const found = [
        ...(await this.fieldProblems(entry, configuration)),
        ...(await this.memberProblems(entry, isUser)),
      ];
      problems.push(
        ...found.map(({ path, reason }) => ({ path: ['organizations', index, ...path], reason })),
      );
    }
    return [...problems, ...(await this.domains.problems(configuration.organizations))];
  }

  private async fieldProblems(entry: Entry, { upstreams }: Configuration): Promise<Problem[]> {
    const found = await this.organizations.findByName(entry.name);
    const names = { name: entry.name, displayName: entry.name };
    const present = { ...emptyOrganization, ...names, ...(found && columnsOf(membersOf(found))) };
    const [member, reason = ''] =
      organizationProblem({ ...present, ...withoutGoneRoles(present, columnsOf(entry)) }) ?? [];
    const { upstream: alias } = entry;
    const own = upstreams.find((upstream) => upstream.alias === alias);
    const protocol = own ? protocolOf(own) : alias && (await this.upstreams.find(alias))?.protocol;
    const isUpstream = !alias || (protocol !== undefined && protocol !== 'ldap');
    return [
      ...(member === undefined ? [] : [{ path: [member], reason }]),
      ...(isUpstream
        ? []
        : [{ path: ['upstream'], reason: 'must be the alias of an upstream that is no directory' }]),
    ];
  }

  private async memberProblems(
    { name, roles, members = [] }: Entry,
    isUser: (username: string) => Promise<boolean>,
  ): Promise<Problem[]> {
    const problems: Problem[] = [];
    const known = roles ?? (await this.organizations.findByName(name))?.roles ?? [];
    const earlier = new Set<string>();
    for (const [place, { username, roles: held }] of members.entries()) {
      const path = ['members', place];
      const key = usernameKey(username);
      if (!(await isUser(username)))
        problems.push({ path: [...path, 'username'], reason: 'is not the name of a user' });
      if (earlier.has(key)) problems.push({ path: [...path, 'username'], reason: 'is repeated' });
      earlier.add(key);
      for (const [at, role] of held.entries())
        if (!known.includes(role))
          problems.push({ path: [...path, 'roles', at], reason: 'is not a role of the organization' });
    }
    return problems;
  }
}
