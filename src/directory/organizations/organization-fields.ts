import type { Organization } from '../../persistence/entities/organization.entity.js';

/** An organization to be created. */
export interface NewOrganization {
  readonly name: string;
  /** Its name if omitted. */
  readonly display_name?: string;
  readonly description?: string | null;
  /** The roles that members can have in it. */
  readonly roles?: string[];
  /** Those that people get who become members by themselves. */
  readonly default_roles?: string[];
  /** The alias of the upstream at which its people sign in. */
  readonly upstream?: string | null;
  /** Whether people with an address of a verified domain become members when they sign in. */
  readonly join_by_domain?: boolean;
  /** Whether people who sign in at the upstream become members. */
  readonly join_by_upstream?: boolean;
  /** Whether members prove a second factor when they act for it. */
  readonly require_second_factor?: boolean;
  /** Whether members sign in at the upstream when they act for it. */
  readonly require_upstream?: boolean;
  /** The greatest age of the sign-in of members who act for it, in seconds. */
  readonly max_sign_in_age?: number | null;
}

/** The column of each member. */
const columnNames = {
  name: 'name',
  display_name: 'displayName',
  description: 'description',
  roles: 'roles',
  default_roles: 'defaultRoles',
  upstream: 'upstream',
  join_by_domain: 'joinByDomain',
  join_by_upstream: 'joinByUpstream',
  require_second_factor: 'requireSecondFactor',
  require_upstream: 'requireUpstream',
  max_sign_in_age: 'maxSignInAge',
} as const satisfies Record<keyof NewOrganization, keyof Organization>;

/** What can be changed of an organization. */
export type OrganizationColumns = Pick<Organization, (typeof columnNames)[keyof NewOrganization]>;

/** What a new organization has unless its members say otherwise. */
export const emptyOrganization = {
  description: null,
  roles: [],
  defaultRoles: null,
  upstream: null,
  joinByDomain: false,
  joinByUpstream: false,
  requireSecondFactor: false,
  requireUpstream: false,
  maxSignInAge: null,
} satisfies Partial<OrganizationColumns>;

/** The columns of the members that are given. */
export const columnsOf = (given: Partial<NewOrganization>): Partial<OrganizationColumns> =>
  Object.fromEntries(
    Object.entries(columnNames).flatMap(([member, column]) => {
      const value = given[member as keyof NewOrganization];
      return value === undefined ? [] : [[column, value]];
    }),
  );

/** The members of an organization, as a change is recorded and a file has them, as far as columns are given. */
export const membersOf = (columns: Partial<OrganizationColumns>): Partial<NewOrganization> =>
  Object.fromEntries(
    Object.entries(columnNames).flatMap(([member, column]) => {
      const value = columns[column];
      return value === undefined ? [] : [[member, column === 'defaultRoles' ? (value ?? []) : value]];
    }),
  );

/** A change by which a role that goes is none of the default roles any more, unless it says what these are. */
export function withoutGoneRoles(
  { defaultRoles }: Pick<Organization, 'defaultRoles'>,
  columns: Partial<OrganizationColumns>,
): Partial<OrganizationColumns> {
  const { roles } = columns;
  if (!roles || columns.defaultRoles || !defaultRoles) return columns;
  return { ...columns, defaultRoles: defaultRoles.filter((role) => roles.includes(role)) };
}

/** Which members contradict each other: the name of one, and what is wrong with it. */
export function organizationProblem({
  roles,
  defaultRoles,
  upstream,
  joinByUpstream,
  requireUpstream,
}: OrganizationColumns): readonly [name: string, reason: string] | undefined {
  if (defaultRoles?.some((role) => !roles.includes(role)))
    return ['default_roles', 'has a role that the organization does not have'];
  if (joinByUpstream && upstream === null) return ['join_by_upstream', 'needs upstream'];
  if (requireUpstream && upstream === null) return ['require_upstream', 'needs upstream'];
  return undefined;
}
