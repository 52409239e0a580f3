import { Injectable } from '@nestjs/common';
import type { Client, Entry, Filter } from 'ldapts';
import type { LoadedUpstream } from '../definition.js';
import { searchesGroups } from '../upstream-groups.js';
import { DirectoryConnections } from './directory-connections.js';
import { comparableName } from './distinguished-name.js';
import { binaryAttributes, subjectValue, valuesOf } from './entry.js';
import { type MembershipTest, membershipTests } from './group-filter.js';
import { maxGroups, maxNestedLevels } from './group-limits.js';
import { type DirectoryGroup, GroupLook, type GroupMember } from './group-look.js';
import { allValuesOf } from './ranged-values.js';
import { resultCodeOf } from './result-code.js';

/** Entries of one answer of the server. */
const pageSize = 500;
/** Groups of which the groups that they are in are searched for at once. */
const maxMembersAtOnce = 100;
/** LDAP results that say that there are more groups than the server shows: time, size and administrative limits (RFC 4511 appendix A). */
const limitResults: ReadonlySet<number | undefined> = new Set([3, 4, 11]);
/** Every group of Active Directory has it ([MS-ADA1] §2.282). */
const anyGroup = '(groupType=*)';

/** Searches directories for the groups that name somebody as a member. */
@Injectable()
export class DirectoryGroups {
  constructor(private readonly connections: DirectoryConnections) {}

  /**
   * Finds the groups of one person.
   * @returns their names for the table of groups; `unknown` if they are too many; undefined if groups are not searched for
   * @throws UpstreamAwayError, BusyError
   */
  async namesFor(
    upstream: LoadedUpstream,
    member: GroupMember,
  ): Promise<readonly string[] | 'unknown' | undefined> {
    if (!searchesGroups(upstream)) return undefined;
    const tests = await membershipTests(upstream.group_search_filter ?? '');
    return this.connections.use(upstream, 'answer', async (client) => {
      await bindAsSearcher(client, upstream);
      try {
        return await this.search(client, upstream, member, tests);
      } catch (error) {
        // One person's many groups are no fault of the directory.
        if (limitResults.has(resultCodeOf(error))) return 'unknown';
        throw error;
      }
    });
  }

  /**
   * Reads all groups with their members, once for everybody.
   * @returns undefined if groups are not searched for
   * @throws UpstreamAwayError, BusyError
   */
  async readAll(upstream: LoadedUpstream): Promise<GroupLook | undefined> {
    if (!searchesGroups(upstream)) return undefined;
    const tests = await membershipTests(upstream.group_search_filter ?? '');
    return this.connections.use(upstream, 'sync', async (client) => {
      await bindAsSearcher(client, upstream);
      const look = new GroupLook(tests.some(({ isInChain }) => isInChain) ? Infinity : maxNestedLevels);
      for (const test of tests)
        for await (const entry of entriesOf(client, upstream, test.groupsWithMembers(), [test.attribute])) {
          const members = await allValuesOf(client, entry, test.attribute);
          look.add(groupIn(upstream, entry), {
            by: test.by,
            isFollowed: isFollowed(upstream, test),
            members,
          });
        }
      if (upstream.primary_group === true)
        for await (const entry of entriesOf(client, upstream, anyGroup, ['objectSid'])) {
          const [sid] = valuesOf(entry, 'objectSid');
          if (sid !== undefined) look.addPrimary(groupIn(upstream, entry), sid);
        }
      return look;
    });
  }

  private async search(
    client: Client,
    upstream: LoadedUpstream,
    member: GroupMember,
    tests: readonly MembershipTest[],
  ): Promise<readonly string[] | 'unknown'> {
    const found = new Map<string, DirectoryGroup>();
    const search = async (filters: readonly Filter[]): Promise<DirectoryGroup[]> => {
      const fresh: DirectoryGroup[] = [];
      if (filters.length === 0) return fresh;
      for await (const entry of entriesOf(client, upstream, await anyOf(filters), []))
        if (!found.has(comparableName(entry.dn)) && found.size <= maxGroups) {
          const group = groupIn(upstream, entry);
          found.set(comparableName(entry.dn), group);
          fresh.push(group);
        }
      return fresh;
    };
    const { dn, username } = member;
    const own = (test: MembershipTest): readonly Filter[] => {
      const value = test.by === 'dn' ? dn : username;
      return value === undefined ? [] : [test.groupsOf([value])];
    };
    // What the directory has followed itself needs no further search.
    await search(tests.filter(({ isInChain }) => isInChain).flatMap(own));
    const others = tests.filter(({ isInChain }) => !isInChain).flatMap(own);
    let level = await search([...others, ...(await primaryFilter(member))]);
    const followed = tests.filter((test) => isFollowed(upstream, test));
    const maxLevels = upstream.nested_groups === true ? maxNestedLevels : 1;
    for (let depth = 0; level.length > 0 && depth < maxLevels && found.size <= maxGroups; depth += 1) {
      const next: DirectoryGroup[] = [];
      for (let at = 0; at < level.length; at += maxMembersAtOnce) {
        const members = level.slice(at, at + maxMembersAtOnce).map((group) => group.dn);
        next.push(...(await search(followed.map((test) => test.groupsOf(members)))));
      }
      level = next;
    }
    return found.size > maxGroups ? 'unknown' : [...found.values()].flatMap(({ names }) => names);
  }
}

const isFollowed = (
  { nested_groups: isNested }: LoadedUpstream,
  { by, isInChain }: MembershipTest,
): boolean => isInChain || (isNested === true && by === 'dn');

async function bindAsSearcher(client: Client, { bind_dn: dn, secret }: LoadedUpstream): Promise<void> {
  if (dn !== undefined) await client.bind(dn, secret ?? '');
}

/** Finds groups in pages: a server that gives no more than so many at once would show a part of them as if it were all. */
async function* entriesOf(
  client: Client,
  { group_search_base: base = '', group_name_attribute: name }: LoadedUpstream,
  filter: Filter | string,
  attributes: readonly string[],
): AsyncGenerator<Entry> {
  const pages = client.searchPaginated(base, {
    scope: 'sub',
    filter,
    // Without any attribute (RFC 4511 §4.5.1.8), all would come.
    attributes: [name ?? '1.1', ...attributes].filter((one) => one !== '1.1' || attributes.length === 0),
    explicitBufferAttributes: binaryAttributes,
    paged: { pageSize },
  });
  for await (const { searchEntries: entries } of pages) yield* entries;
}

const groupIn = ({ group_name_attribute: name }: LoadedUpstream, entry: Entry): DirectoryGroup => ({
  dn: entry.dn,
  names: name === undefined ? [entry.dn] : valuesOf(entry, name),
});

async function primaryFilter({ primaryGroupSid: sid }: GroupMember): Promise<readonly Filter[]> {
  if (sid === undefined) return [];
  const { EqualityFilter } = await import('ldapts');
  return [new EqualityFilter({ attribute: 'objectSid', value: subjectValue('objectSid', sid) })];
}

async function anyOf(filters: readonly Filter[]): Promise<Filter> {
  const { OrFilter } = await import('ldapts');
  return new OrFilter({ filters: [...filters] });
}
