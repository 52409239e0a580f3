import { Inject, Injectable } from '@nestjs/common';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { AttributesStore } from '../persistence/stores/attributes.store.js';
import { type Membership, ScimSearchStore, type UserType } from '../persistence/stores/scim-search.store.js';
import type { AttributeValues } from '../protocol/attributes.js';
import { attributesSchema } from '../protocol/scim/attributes-extension.js';
import type { ListRequest } from '../protocol/scim/list-request.js';
import { includes, includesExtension } from '../protocol/scim/projection.js';
import type { Resource } from '../protocol/scim/resource-values.js';
import type { FoundResources } from './list-response.js';
import { groupedBy } from './memberships.js';
import { isId, notFound } from './scim-refusals.js';
import { type FoundUser, toUserResource } from './user-resource.js';
import type { UserRequest } from './user-types.js';

/** Reads users as SCIM has them. */
@Injectable()
export class UserReader {
  private readonly base: string;

  constructor(
    private readonly search: ScimSearchStore,
    private readonly attributes: AttributesStore,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.base = settings.issuer + endpoints.scim;
  }

  /** @throws ScimError 404 */
  async read(id: string, request: UserRequest): Promise<Resource> {
    const found = await this.find(id, request);
    return this.resourceOf(found, await this.search.groupsOf([id]));
  }

  /** @throws ScimError 400 */
  async list(list: ListRequest, { provisioner, type }: UserRequest): Promise<FoundResources> {
    const { total, items, end } = await this.search.users(list, provisioner.name, type);
    const ids = items.map(({ user }) => user.id);
    const { projection } = list;
    const groups = await this.search.groupsOf(includes(projection, 'groups') ? ids : []);
    const values = await this.valuesOf(includesExtension(projection, attributesSchema) ? ids : [], type);
    const byUser = groupedBy('userId', groups);
    const resources = items.map((item) =>
      this.resourceOf({ ...item, attributes: values.get(item.user.id) ?? {} }, byUser.get(item.user.id)),
    );
    return { total, resources, end };
  }

  /** A user whose values are as old as the version, or younger. @throws ScimError 404 */
  async find(id: string, { provisioner, type }: UserRequest): Promise<FoundUser> {
    const found = isId(id) ? await this.search.user(id, provisioner.name) : undefined;
    if (!found) throw notFound('User', id);
    const values = await this.valuesOf([id], type);
    return { ...found, attributes: values.get(id) ?? {} };
  }

  resourceOf(found: FoundUser, groups: readonly Membership[] = []): Resource {
    return toUserResource(found, groups, this.base);
  }

  /** The values of attributes that the type has, of several users in one query. */
  private async valuesOf(
    userIds: readonly string[],
    { definitions }: UserType,
  ): Promise<ReadonlyMap<string, AttributeValues>> {
    if (definitions.length === 0) return new Map();
    const names = new Set(definitions.map(({ name }) => name));
    const byUser = await this.attributes.valuesOfUsers(userIds);
    return new Map(
      [...byUser].map(([id, values]) => [
        id,
        Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name))),
      ]),
    );
  }
}
