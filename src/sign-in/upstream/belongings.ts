import { Injectable } from '@nestjs/common';
import type { Originator } from '../../audit/originator.js';
import { StatedAttributes } from '../../directory/attributes/stated-attributes.js';
import { OrganizationJoining } from '../../directory/organizations/organization-joining.js';
import type { LoadedUpstream } from './definition.js';
import type { UpstreamPerson } from './mapping.js';
import { UpstreamGroups } from './upstream-groups.js';

/** What people have here by an upstream at which they sign in: groups, organizations, and values of attributes. */
@Injectable()
export class UpstreamBelongings {
  constructor(
    private readonly groups: UpstreamGroups,
    private readonly joining: OrganizationJoining,
    private readonly attributes: StatedAttributes,
  ) {}

  async follow(
    upstream: LoadedUpstream,
    userId: string,
    { groups, attributes = {} }: UpstreamPerson,
    actor: Originator,
  ): Promise<void> {
    await this.groups.follow(upstream.id, userId, groups, actor);
    await this.joining.byUpstream(upstream, userId, actor);
    if (upstream.owns_profile) await this.attributes.follow(upstream.id, userId, attributes, actor);
    else await this.attributes.release(upstream.id, userId);
  }
}
