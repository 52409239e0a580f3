import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { personScopes } from '../protocol/scope.js';
import { namesUri } from '../protocol/uri.js';
import { adminScopes } from '../resource/resource-catalogue.js';
import type { Configuration } from './configuration-file.js';
import type { KnownResources } from './part-check.js';
import type { Problem } from './problems.js';

/** Checks the resources of a configuration against those that exist. */
@Injectable()
export class ResourceCheck {
  constructor(
    private readonly resources: ResourcesStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The resources and scopes once the file is applied, and the scopes that would belong to two resources. */
  async resourcesAfter({ resources }: Configuration, areOthersDeleted: boolean): Promise<Known> {
    const named = resources.map(({ identifier }) => identifier);
    const present = areOthersDeleted ? [] : await this.resources.all();
    const kept = present.filter(({ identifier }) => !namesUri(named, identifier));
    const ownerOf = new Map(
      kept.flatMap(({ identifier, scopes }) =>
        Object.keys(scopes).map((scope) => [scope, identifier] as const),
      ),
    );
    const problems: Problem[] = resources.flatMap((resource, index) =>
      Object.keys(resource.scopes).flatMap((scope) =>
        ownerOf.has(scope)
          ? [
              {
                path: ['resources', index, 'scopes', scope],
                reason: `belongs to ${ownerOf.get(scope)} already`,
              },
            ]
          : [],
      ),
    );
    resources.forEach(({ identifier }, index) => {
      if (namesUri([this.settings.issuer], identifier))
        problems.push({
          path: ['resources', index, 'identifier'],
          reason: 'is the identifier of Eyrie itself',
        });
    });
    const described = [adminScopes, ...[...kept, ...resources].map((resource) => resource.scopes)];
    return {
      scopes: new Set([...personScopes, ...described.flatMap((scopes) => Object.keys(scopes))]),
      identifiers: [this.settings.issuer, ...named, ...kept.map(({ identifier }) => identifier)],
      problems,
    };
  }
}

/** The resources once the file is applied. */
interface Known extends KnownResources {
  readonly problems: readonly Problem[];
}
