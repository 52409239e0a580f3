import type { Settings } from '../config/settings.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { personScopes } from '../protocol/scope.js';
import { namesUri } from '../protocol/uri.js';
import { adminScopes } from '../resource/resource-catalogue.js';
import type { Configuration } from './configuration-file.js';
import type { Section } from './sections.js';
import type { KnownResources, PartCheck } from './part-check.js';
import type { Problem } from './problems.js';

/** Checks a configuration against the database, before anything is written. */
export class ConfigurationCheck {
  constructor(
    private readonly resources: ResourcesStore,
    private readonly checks: readonly PartCheck[],
    private readonly settings: Settings,
  ) {}

  /**
   * @param prune the sections whose other entries will be deleted
   * @throws ConfigurationError naming every problem
   */
  async check(configuration: Configuration, prune: readonly Section[]): Promise<void> {
    const resources = await this.resourcesAfter(configuration, prune.includes('resources'));
    const problems = [...configuration.problems, ...resources.problems];
    for (const check of this.checks)
      problems.push(...(await check.problems(configuration, { prune, resources })));
    configuration.refuse(problems);
  }

  /** The resources and scopes once the file is applied, and the scopes that would belong to two resources. */
  private async resourcesAfter({ resources }: Configuration, areOthersDeleted: boolean): Promise<Known> {
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
