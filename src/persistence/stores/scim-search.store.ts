import { Injectable } from '@nestjs/common';
import { named, type ResourceType } from '../../protocol/scim/attribute.js';
import { attributePath, attributesSchema } from '../../protocol/scim/attributes-extension.js';
import { enterpriseSchema } from '../../protocol/scim/user-type.js';
import { groupType } from '../../protocol/scim/group-type.js';
import type { ListRequest, Place } from '../../protocol/scim/list-request.js';
import { Database } from '../database.js';
import type { AttributeDefinition } from '../entities/attribute-definition.entity.js';
import type { Group } from '../entities/group.entity.js';
import type { ScimLists, ScimProfile } from '../entities/scim-profile.entity.js';
import type { User } from '../entities/user.entity.js';
import type { RowOf } from '../naming.js';
import { marks, type SqlValue } from '../sql.js';
import { ScimConditions, type Searchables } from './scim-conditions.js';
import {
  emailKey,
  fromUserRow,
  userColumns,
  type UserClaimsSource,
  type UserRow,
  usernameKey,
} from './users.store.js';

/** Users with the attributes that are defined at a time, as far as SCIM can tell them apart. */
export interface UserType extends ResourceType {
  readonly definitions: readonly AttributeDefinition[];
}

/** A user as provisioning clients see it. */
export interface ProvisionedUser {
  readonly user: UserClaimsSource &
    Pick<User, 'version' | 'administrator' | 'adminRoles' | 'disabledAt' | 'createdAt'>;
  readonly externalId: string | null;
  readonly kept: Omit<ScimProfile, 'userId'>;
}

/** A group as provisioning clients see it. */
export interface ProvisionedGroup {
  readonly group: Pick<Group, 'id' | 'name' | 'version' | 'createdAt' | 'updatedAt'>;
  readonly externalId: string | null;
}

/** A page of a list. */
export interface Found<Item> {
  readonly total: number;
  readonly items: readonly Item[];
  /** The end of the page, if there are more. */
  readonly end: Place | undefined;
}

/** A link between a user and a group. */
export interface Membership {
  readonly groupId: string;
  readonly groupName: string;
  readonly userId: string;
  readonly username: string;
}

const ofProfile = (members: Readonly<Record<string, string>>): Searchables =>
  Object.fromEntries(
    Object.entries(members).map(([path, column]) => [path, { kind: 'text', column: `p.${column}` }]),
  );

const userSearchables: Searchables = {
  id: { kind: 'exact', column: 'u.id' },
  externalId: { kind: 'exact', column: 'x.external_id' },
  'meta.created': { kind: 'time', column: 'u.created_at' },
  'meta.lastModified': { kind: 'time', column: 'u.updated_at' },
  userName: { kind: 'exact', column: 'u.username_key', keyOf: usernameKey },
  displayName: { kind: 'text', column: 'u.name' },
  'name.givenName': { kind: 'text', column: 'u.given_name' },
  'name.familyName': { kind: 'text', column: 'u.family_name' },
  'name.middleName': { kind: 'text', column: 'u.middle_name' },
  nickName: { kind: 'text', column: 'u.nickname' },
  locale: { kind: 'text', column: 'COALESCE(p.locale, u.locale)' },
  timezone: { kind: 'text', column: 'COALESCE(p.timezone, u.zoneinfo)' },
  active: { kind: 'flag', condition: 'u.disabled_at IS NULL' },
  'emails.value': { kind: 'exact', column: 'u.email_key', keyOf: emailKey },
  'emails.type': { kind: 'text', column: "COALESCE(p.email_type, 'work')" },
  'emails.primary': { kind: 'flag', condition: 'u.email_key IS NOT NULL' },
  'phoneNumbers.value': { kind: 'text', column: 'u.phone_number' },
  'groups.value': {
    kind: 'link',
    id: 'u.id',
    rows: 'SELECT user_id FROM group_members WHERE group_id = ?',
    any: 'SELECT user_id FROM group_members',
  },
  ...ofProfile({
    'name.formatted': 'formatted_name',
    title: 'title',
    userType: 'user_type',
    preferredLanguage: 'preferred_language',
    [`${enterpriseSchema}:costCenter`]: 'cost_center',
    [`${enterpriseSchema}:organization`]: 'organization',
    [`${enterpriseSchema}:division`]: 'division',
    [`${enterpriseSchema}:department`]: 'department',
  }),
  [`${enterpriseSchema}:employeeNumber`]: { kind: 'exact', column: 'p.employee_number' },
  [`${enterpriseSchema}:manager.value`]: { kind: 'exact', column: 'p.manager' },
};

/** The attributes that are defined. */
function definedSearchables({ extensions, definitions }: UserType): Searchables {
  const attributes = extensions.find(({ id }) => id === attributesSchema)?.attributes ?? [];
  return Object.fromEntries(
    definitions.flatMap(({ id, name }) => {
      const attribute = named(attributes, name);
      return attribute ? [[attributePath(name), { kind: 'defined', attribute, id }]] : [];
    }),
  );
}

const groupSearchables: Searchables = {
  id: { kind: 'exact', column: 'g.id' },
  externalId: { kind: 'exact', column: 'x.external_id' },
  'meta.created': { kind: 'time', column: 'g.created_at' },
  'meta.lastModified': { kind: 'time', column: 'g.updated_at' },
  displayName: { kind: 'exact', column: 'g.name' },
  'members.value': {
    kind: 'link',
    id: 'g.id',
    rows: 'SELECT group_id FROM group_members WHERE user_id = ?',
    any: 'SELECT group_id FROM group_members',
  },
};

const keptColumns = `p.formatted_name, p.honorific_prefix, p.honorific_suffix, p.title, p.user_type, p.preferred_language,
  p.locale AS kept_locale, p.timezone, p.email_type,
  p.employee_number, p.cost_center, p.organization, p.division, p.department, p.manager, p.lists`;

type SqlUserRow = UserRow &
  RowOf<Pick<User, 'version' | 'administrator' | 'adminRoles' | 'disabledAt' | 'createdAt'>> &
  RowOf<Omit<ScimProfile, 'userId' | 'locale' | 'lists'>> & {
    readonly kept_locale: string | null;
    readonly lists: string | null;
    readonly external_id: string | null;
  };
type SqlGroupRow = RowOf<ProvisionedGroup['group']> & { readonly external_id: string | null };

/** Where rows come from, with one `?` for the provisioning client. */
interface Source {
  readonly alias: 'u' | 'g';
  readonly columns: string;
  readonly from: string;
}

const users: Source = {
  alias: 'u',
  columns: `${userColumns}, u.version, u.administrator, u.admin_roles, u.disabled_at, u.created_at, x.external_id, ${keptColumns}`,
  from: `users u LEFT JOIN scim_profiles p ON p.user_id = u.id
    LEFT JOIN scim_user_ids x ON x.user_id = u.id AND x.provisioner = ?`,
};
const groups: Source = {
  alias: 'g',
  columns: 'g.id, g.name, g.version, g.created_at, g.updated_at, x.external_id',
  from: 'people_groups g LEFT JOIN scim_group_ids x ON x.group_id = g.id AND x.provisioner = ?',
};

/** Finds users and groups for provisioning clients. */
@Injectable()
export class ScimSearchStore {
  private readonly groupConditions: ScimConditions;

  constructor(private readonly database: Database) {
    this.groupConditions = new ScimConditions(database, groupType, groupSearchables);
  }

  async user(id: string, provisioner: string): Promise<ProvisionedUser | undefined> {
    const [row] = await this.one<SqlUserRow>(users, id, provisioner);
    return row && toUser(row);
  }

  async group(id: string, provisioner: string): Promise<ProvisionedGroup | undefined> {
    const [row] = await this.one<SqlGroupRow>(groups, id, provisioner);
    return row && toGroup(row);
  }

  async users(request: ListRequest, provisioner: string, type: UserType): Promise<Found<ProvisionedUser>> {
    const searchables = { ...userSearchables, ...definedSearchables(type) };
    const conditions = new ScimConditions(this.database, type, searchables);
    const found = await this.find<SqlUserRow>(users, conditions, request, provisioner);
    return { ...found, items: found.items.map(toUser) };
  }

  async groups(request: ListRequest, provisioner: string): Promise<Found<ProvisionedGroup>> {
    const found = await this.find<SqlGroupRow>(groups, this.groupConditions, request, provisioner);
    return { ...found, items: found.items.map(toGroup) };
  }

  /** The groups that these users were added to. */
  async groupsOf(userIds: readonly string[]): Promise<Membership[]> {
    return this.memberships('m.user_id', userIds);
  }

  /** The people who were added to these groups, as many as `limit` in all. */
  async membersOf(groupIds: readonly string[], limit: number): Promise<Membership[]> {
    return this.memberships('m.group_id', groupIds, limit);
  }

  private async memberships(column: string, ids: readonly string[], limit?: number): Promise<Membership[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.query<RowOf<Membership>>(
      `SELECT m.group_id, g.name AS group_name, m.user_id, u.username FROM group_members m
         JOIN people_groups g ON g.id = m.group_id JOIN users u ON u.id = m.user_id
        WHERE ${column} IN (${marks(ids)}) ORDER BY m.group_id, m.user_id${limit === undefined ? '' : ` LIMIT ${limit}`}`,
      [...ids],
    );
    return rows.map((row) => ({
      groupId: row.group_id,
      groupName: row.group_name,
      userId: row.user_id,
      username: row.username,
    }));
  }

  private async one<Row>({ alias, columns, from }: Source, id: string, provisioner: string): Promise<Row[]> {
    return this.database.query<Row>(`SELECT ${columns} FROM ${from} WHERE ${alias}.id = ?`, [
      provisioner,
      id,
    ]);
  }

  private async find<Row extends { readonly id: string }>(
    { alias, columns, from }: Source,
    conditions: ScimConditions,
    { filter, sortBy, descending, count, startIndex, after }: ListRequest,
    provisioner: string,
  ): Promise<Found<Row>> {
    const { sql, values } = filter ? conditions.of(filter) : { sql: '1 = 1', values: [] };
    const { sql: order, read } = conditions.orderOf(sortBy ?? 'id');
    const counted = await this.database.query<{ total: number | string }>(
      `SELECT COUNT(*) AS total FROM ${from} WHERE ${sql}`,
      [provisioner, ...values],
    );
    const total = Number(counted[0]?.total ?? 0);
    if (count === 0) return { total, items: [], end: undefined };
    const [direction, beyond] = descending ? ['DESC', '<'] : ['ASC', '>'];
    const place: SqlValue[] = after ? [read(after.value), read(after.value), after.id] : [];
    const rows = await this.database.query<Row & { readonly place: string | number }>(
      `SELECT ${columns}, ${order} AS place FROM ${from} WHERE ${sql}${
        after ? ` AND (${order} ${beyond} ? OR (${order} = ? AND ${alias}.id ${beyond} ?))` : ''
      } ORDER BY ${order} ${direction}, ${alias}.id ${direction} LIMIT ${count + 1}${
        startIndex === undefined ? '' : ` OFFSET ${startIndex - 1}`
      }`,
      [provisioner, ...values, ...place],
    );
    const items = rows.slice(0, count);
    const last = rows.length > count ? items.at(-1) : undefined;
    return { total, items, end: last && { value: read(last.place), id: last.id } };
  }
}

function toUser(row: SqlUserRow): ProvisionedUser {
  return {
    user: {
      ...fromUserRow(row),
      version: row.version,
      administrator: Boolean(row.administrator),
      adminRoles: row.admin_roles,
      disabledAt: row.disabled_at,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    },
    externalId: row.external_id,
    kept: {
      formattedName: row.formatted_name,
      honorificPrefix: row.honorific_prefix,
      honorificSuffix: row.honorific_suffix,
      title: row.title,
      userType: row.user_type,
      preferredLanguage: row.preferred_language,
      locale: row.kept_locale,
      timezone: row.timezone,
      emailType: row.email_type,
      employeeNumber: row.employee_number,
      costCenter: row.cost_center,
      organization: row.organization,
      division: row.division,
      department: row.department,
      manager: row.manager,
      lists: row.lists === null ? {} : (JSON.parse(row.lists) as ScimLists),
    },
  };
}

const toGroup = (row: SqlGroupRow): ProvisionedGroup => ({
  group: {
    id: row.id,
    name: row.name,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  },
  externalId: row.external_id,
});
