import { Injectable } from '@nestjs/common';
import { type MemberChanges, memberChanges } from '../audit/member-changes.js';
import { defined } from '../clients/client-changes.js';
import { membersOf } from '../directory/organizations/organization-fields.js';
import { OrganizationMembers } from '../directory/organizations/organization-members.js';
import { Organizations } from '../directory/organizations/organizations.js';
import { everyPage } from '../persistence/page.js';
import {
  type ListedAffiliate,
  OrganizationMembersStore,
} from '../persistence/stores/organization-members.store.js';
import { OrganizationsStore } from '../persistence/stores/organizations.store.js';
import { usernameKey, UsersStore } from '../persistence/stores/users.store.js';
import { ConfiguredConsents } from './configured-consents.js';
import { ConfiguredDomains } from './configured-domains.js';
import type { Configuration } from './configuration-file.js';
import {
  actor,
  type ConfiguredKind,
  deletionOf,
  type PlannedItem,
  planEach,
  planOf,
} from './configured-kind.js';

type Entry = Configuration['organizations'][number];

/** A member as an entry names them. */
interface NamedMember {
  readonly username: string;
  readonly roles: readonly string[];
}

/** The organizations of files. A list of members in a file is all of them. */
@Injectable()
export class ConfiguredOrganizations implements ConfiguredKind {
  readonly section = 'organizations';

  constructor(
    private readonly store: OrganizationsStore,
    private readonly organizations: Organizations,
    private readonly members: OrganizationMembers,
    private readonly memberships: OrganizationMembersStore,
    private readonly users: UsersStore,
    private readonly domains: ConfiguredDomains,
    private readonly consents: ConfiguredConsents,
  ) {}

  plan({ organizations }: Configuration): Promise<PlannedItem[]> {
    return planEach(organizations, (entry) => this.planOne(entry));
  }

  async surplus({ organizations }: Configuration): Promise<PlannedItem[]> {
    const named = new Set(organizations.map(({ name }) => name));
    const all = await everyPage((page) => this.store.list(page));
    return all
      .filter(({ name }) => !named.has(name))
      .map(({ id, name }) =>
        deletionOf({
          kind: 'organization',
          name,
          perform: () => this.organizations.delete(id, actor),
        }),
      );
  }

  async exported(): Promise<object[]> {
    const all = await everyPage((page) => this.store.list(page));
    return Promise.all(
      all.map(async ({ id, ...organization }) => ({
        ...withoutNulls(membersOf(organization)),
        members: (await this.membersOf(id)).map(namedMember),
        domains: await this.domains.exported(id),
        consents: await this.consents.exported(id),
      })),
    );
  }

  private async planOne({ name, members: wanted, domains, consents, ...given }: Entry): Promise<PlannedItem> {
    const kind = 'organization';
    const fields = defined(given);
    const present = await this.store.findByName(name);
    const members = present ? await this.membersOf(present.id) : [];
    const differing = memberChanges(present ? membersOf(present) : {}, fields);
    const others = changedMembers(members, wanted);
    const differingDomains = await this.domains.plan(present?.id, domains);
    const differingConsents = await this.consents.plan(present?.id, consents);
    const perform = async (): Promise<void> => {
      const { id } = present ?? (await this.organizations.create({ name, ...given }, actor));
      if (present && differing) await this.organizations.update(id, fields, actor);
      if (wanted && others) await this.applyMembers(id, members, wanted);
      await differingDomains?.perform(id);
      await differingConsents?.perform(id);
    };
    const changes = { ...differing, ...others, ...differingDomains?.changes, ...differingConsents?.changes };
    if (!present) return { kind, name, outcome: 'created', changes, perform };
    return planOf({ kind, name, perform }, Object.keys(changes).length > 0 ? changes : undefined);
  }

  private async applyMembers(
    id: string,
    present: readonly ListedAffiliate[],
    wanted: readonly NamedMember[],
  ): Promise<void> {
    const keys = new Set(wanted.map(({ username }) => usernameKey(username)));
    for (const { id: userId, username } of present)
      if (!keys.has(usernameKey(username))) await this.members.remove(id, userId, actor);
    for (const { username, roles } of wanted) {
      const user = await this.users.findByUsername(username);
      if (!user) throw new Error(`the user ${username} was deleted while the file was applied`);
      await this.members.put(id, user.id, roles, actor);
    }
  }

  private membersOf(id: string): Promise<ListedAffiliate[]> {
    return everyPage((page) => this.memberships.members(id, page));
  }
}

const namedMember = ({ username, roles }: NamedMember): NamedMember => ({
  username,
  roles: roles.toSorted(),
});

const withoutNulls = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));

/** The order of members and of their roles does not count. */
function changedMembers(
  present: readonly NamedMember[],
  wanted: readonly NamedMember[] | undefined,
): MemberChanges | undefined {
  if (!wanted) return undefined;
  const keyed = (members: readonly NamedMember[]): object =>
    Object.fromEntries(
      members.map(({ username, roles }) => [usernameKey(username), roles.toSorted()] as const),
    );
  const [before, after] = [keyed(present), keyed(wanted)];
  const gone = Object.fromEntries(Object.keys(before).map((key) => [key, null]));
  if (!memberChanges(before, { ...gone, ...after })) return undefined;
  return { members: { from: present.map(namedMember), to: wanted.map(namedMember) } };
}
