import { Injectable } from '@nestjs/common';
import { groupType } from '../protocol/scim/group-type.js';
import { type ListRequest, readListRequest } from '../protocol/scim/list-request.js';
import { badRequest, ScimError } from '../protocol/scim/scim-error.js';
import { type FoundResources, listResponse } from './list-response.js';
import type { Provisioner } from './provisioner.js';
import { ScimGroups } from './scim-groups.js';
import { UserReader } from './user-reader.js';
import { UserTypes } from './user-types.js';

/** Finds users and groups together: first the users, then the groups. */
@Injectable()
export class ScimSearch {
  constructor(
    private readonly users: UserReader,
    private readonly groups: ScimGroups,
    private readonly types: UserTypes,
  ) {}

  /** @throws ScimError 400 */
  async find(given: Readonly<Record<string, unknown>>, provisioner: Provisioner): Promise<object> {
    if (given['cursor'] !== undefined || given['sortBy'] !== undefined)
      throw badRequest(
        'invalidValue',
        'users and groups together have neither cursors nor an order: search at /Users or /Groups',
      );
    const type = await this.types.current();
    const [ofUsers, ofGroups] = [readListRequest(type, given), readListRequest(groupType, given)];
    const { startIndex = 1, count } = ofUsers;
    const users = await unlessForeign(() => this.users.list(ofUsers, { provisioner, type }));
    const left = count - (users?.resources.length ?? 0);
    const groupsFrom = Math.max(startIndex - (users?.total ?? 0), 1);
    const groupsLeft = { ...ofGroups, startIndex: groupsFrom, count: left };
    const groups = await unlessForeign(() => this.groups.list(groupsLeft, provisioner));
    if (!users && !groups)
      throw badRequest('invalidFilter', 'neither users nor groups have what the filter names');
    const whole = { total: (users?.total ?? 0) + (groups?.total ?? 0), resources: [], end: undefined };
    return Object.assign(listResponse(ofUsers, whole), {
      itemsPerPage: (users?.resources.length ?? 0) + (groups?.resources.length ?? 0),
      Resources: [...shownOf(ofUsers, users), ...shownOf(ofGroups, groups)],
    });
  }
}

/** @returns undefined if the filter is about what resources of this type do not have */
async function unlessForeign(list: () => Promise<FoundResources>): Promise<FoundResources | undefined> {
  try {
    return await list();
  } catch (error) {
    if (error instanceof ScimError && error.scimType === 'invalidFilter') return undefined;
    throw error;
  }
}

/** The resources of a page with the attributes that were asked for. */
const shownOf = (request: ListRequest, found: FoundResources | undefined): object[] =>
  found ? (listResponse(request, found) as { Resources: object[] }).Resources : [];
