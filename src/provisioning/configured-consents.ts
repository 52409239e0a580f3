import { Injectable } from '@nestjs/common';
import { type MemberChanges, memberChanges } from '../audit/member-changes.js';
import { consentScope } from '../consent/organizations/consentable.js';
import { OrganizationConsents } from '../consent/organizations/organization-consents.js';
import { everyPage } from '../persistence/page.js';
import { OrganizationConsentsStore } from '../persistence/stores/organization-consents.store.js';
import { actor } from './configured-kind.js';
import type { OrganizationConsentEntry } from './organization-entries.js';

/** What a file changes of what clients are allowed in place of the members of an organization. */
export interface PlannedConsents {
  readonly changes: MemberChanges;
  perform(organizationId: string): Promise<void>;
}

/** What files allow clients in place of the members of organizations. A list in a file is all of it. */
@Injectable()
export class ConfiguredConsents {
  constructor(
    private readonly store: OrganizationConsentsStore,
    private readonly consents: OrganizationConsents,
  ) {}

  /** @param wanted undefined: they stay as they are */
  async plan(
    organizationId: string | undefined,
    wanted: readonly OrganizationConsentEntry[] | undefined,
  ): Promise<PlannedConsents | undefined> {
    if (!wanted) return undefined;
    const present = organizationId === undefined ? [] : await this.exported(organizationId);
    const entries = wanted.map(({ client_id, scope }) => ({ client_id, scope: consentScope(scope) }));
    const gone = Object.fromEntries(present.map(({ client_id }) => [client_id, null]));
    if (!memberChanges(keyed(present), { ...gone, ...keyed(entries) })) return undefined;
    return {
      changes: { consents: { from: present, to: entries } },
      perform: (id) => this.apply(id, entries),
    };
  }

  async exported(organizationId: string): Promise<OrganizationConsentEntry[]> {
    const all = await everyPage((page) => this.store.list(organizationId, page));
    return all.map(({ clientId, scope }) => ({ client_id: clientId, scope }));
  }

  /** A client that the file deletes has taken its own with it. */
  private async apply(organizationId: string, wanted: readonly OrganizationConsentEntry[]): Promise<void> {
    const named = new Set(wanted.map(({ client_id }) => client_id));
    for (const { client_id: clientId } of await this.exported(organizationId))
      if (!named.has(clientId)) await this.consents.withdraw({ organizationId, clientId }, false, actor);
    for (const { client_id: clientId, scope } of wanted)
      await this.consents.put({ organizationId, clientId }, scope, actor);
  }
}

const keyed = (entries: readonly OrganizationConsentEntry[]): Record<string, string> =>
  Object.fromEntries(entries.map(({ client_id, scope }) => [client_id, scope]));
