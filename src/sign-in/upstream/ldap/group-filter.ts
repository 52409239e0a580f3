import type { Filter } from 'ldapts';

/** LDAP_MATCHING_RULE_IN_CHAIN of Active Directory: members of members too ([MS-ADTS] §3.1.1.3.4.4.3). */
const inChain = '1.2.840.113556.1.4.1941';
const placeholders = { '{dn}': 'dn', '{username}': 'username' } as const;
const placeholder = /\{(?:dn|username)\}/;
/** Tests of one filter; each is a search of its own in a sync. */
const maxTests = 5;

/** A test for a member in the filter that finds groups, such as `(member={dn})`. */
export interface MembershipTest {
  /** The attribute that holds the members. */
  readonly attribute: string;
  /** What it names them by. */
  readonly by: 'dn' | 'username';
  /** Whether the directory itself follows groups within groups. */
  readonly isInChain: boolean;
  /** The filter that finds the groups of which one of these is a member, as far as this test decides it. */
  readonly groupsOf: (members: readonly string[]) => Filter;
  /** The filter that finds the groups that have any member, as far as this test decides it. */
  readonly groupsWithMembers: () => Filter;
}

/**
 * The tests of a filter with `{dn}` and `{username}`. Values are no text of the filter, so that nothing in them has a meaning there.
 * @throws Error if the filter cannot be told apart into tests: then it cannot be asked for all people at once
 */
export async function membershipTests(template: string): Promise<readonly MembershipTest[]> {
  const { AndFilter, EqualityFilter, ExtensibleFilter, FilterParser, OrFilter, PresenceFilter } =
    await import('ldapts');
  const byOf = (value: unknown): MembershipTest['by'] | undefined =>
    typeof value === 'string' && Object.hasOwn(placeholders, value)
      ? placeholders[value as keyof typeof placeholders]
      : undefined;

  const test = (
    attribute: string,
    by: MembershipTest['by'],
    isInChain: boolean,
    around: (inner: Filter) => Filter,
  ): MembershipTest => {
    const named = (value: string): Filter =>
      isInChain
        ? new ExtensibleFilter({ matchType: attribute, rule: inChain, value })
        : new EqualityFilter({ attribute, value });
    return {
      attribute,
      by,
      isInChain,
      groupsOf: (members) => around(new OrFilter({ filters: members.map(named) })),
      groupsWithMembers: () => around(new PresenceFilter({ attribute })),
    };
  };

  const testsIn = (filter: Filter, around: (inner: Filter) => Filter): readonly MembershipTest[] => {
    if (filter instanceof AndFilter)
      return filter.filters.flatMap((one, index) =>
        testsIn(one, (inner) =>
          around(
            new AndFilter({ filters: filter.filters.map((other, at) => (at === index ? inner : other)) }),
          ),
        ),
      );
    if (filter instanceof OrFilter) {
      const branches = filter.filters.map((one) => testsIn(one, around));
      if (branches.some((one) => one.length > 0) && branches.some((one) => one.length === 0))
        throw new Error('holds a branch of | without {dn} or {username}, which everybody would match');
      return branches.flat();
    }
    const by = byOf('value' in filter ? filter.value : undefined);
    if (by === undefined) return [];
    if (filter instanceof EqualityFilter) return [test(filter.attribute, by, false, around)];
    if (
      filter instanceof ExtensibleFilter &&
      filter.rule === inChain &&
      filter.matchType !== '' &&
      by === 'dn'
    )
      return [test(filter.matchType, by, true, around)];
    return [];
  };

  const tests = testsIn(FilterParser.parseString(template), (inner) => inner);
  if (tests.length === 0) throw new Error('must hold {dn} or {username}, such as (member={dn})');
  if (tests.length > maxTests) throw new Error(`holds {dn} and {username} more than ${maxTests} times`);
  if (
    tests.length !== template.split(placeholder).length - 1 ||
    tests.some((one) => placeholder.test(String(one.groupsWithMembers())))
  )
    throw new Error('may hold {dn} and {username} as whole values alone, one at a time, and not below !');
  return tests;
}

/** What is wrong with a filter that shall find groups; undefined if nothing is. */
export async function groupFilterProblem(template: string | undefined): Promise<string | undefined> {
  if (template === undefined) return 'is missing: the groups of somebody are found by it';
  try {
    await membershipTests(template);
    return undefined;
  } catch (error) {
    return (error as Error).message.slice(0, 300);
  }
}
