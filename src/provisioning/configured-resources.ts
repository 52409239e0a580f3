import { Injectable } from '@nestjs/common';
import { memberChanges } from '../audit/member-changes.js';
import { defined } from '../clients/client-changes.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { namesUri } from '../protocol/uri.js';
import { ResourceRegistration, resourceMembers } from '../resource/resource-registration.js';
import { withIdentifier } from '../resource/resource-rules.js';
import type { Configuration } from './configuration-file.js';
import {
  actor,
  type ConfiguredKind,
  deletionOf,
  type PlannedItem,
  planEach,
  planOf,
} from './configured-kind.js';

/** The resources of files. The check of the files has made sure that their scopes are free. */
@Injectable()
export class ConfiguredResources implements ConfiguredKind {
  readonly section = 'resources';

  constructor(
    private readonly resources: ResourcesStore,
    private readonly registration: ResourceRegistration,
  ) {}

  plan({ resources }: Configuration): Promise<PlannedItem[]> {
    return planEach(resources, (entry) => this.planOne(entry));
  }

  private async planOne(resource: Configuration['resources'][number]): Promise<PlannedItem> {
    const kind = 'resource';
    const { identifier: name, ...given } = resource;
    // Plain maps: what class-transformer makes of them has a class.
    const members = defined({ ...given, ...structuredClone({ scopes: { ...given.scopes } }) });
    if (given.translations) members.translations = structuredClone(given.translations);
    const present = withIdentifier(await this.resources.all(), name);
    const perform = (): Promise<unknown> => this.registration.write(resource, actor);
    if (!present)
      return { kind, name, outcome: 'created', changes: memberChanges({}, members) ?? {}, perform };
    return planOf({ kind, name, perform }, memberChanges(resourceMembers(present), members));
  }

  async surplus({ resources }: Configuration): Promise<PlannedItem[]> {
    const named = resources.map(({ identifier }) => identifier);
    const others = (await this.resources.all()).filter(({ identifier }) => !namesUri(named, identifier));
    return others.map(({ identifier: name }) =>
      deletionOf({ kind: 'resource', name, perform: () => this.registration.delete(name, actor) }),
    );
  }

  async exported(): Promise<object[]> {
    const all = await this.resources.all();
    return all.map((resource) => {
      const { translations, ...members } = resourceMembers(resource);
      const hasTranslations = Object.keys(translations).length > 0;
      return { identifier: resource.identifier, ...members, ...(hasTranslations && { translations }) };
    });
  }
}
