import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { personScopes } from '../protocol/scope.js';
import { namesUri } from '../protocol/uri.js';
import { adminScopes } from '../resource/resource-catalogue.js';
import type { Configuration } from './configuration-file.js';
import type { Section } from './configured-kind.js';
import { AssertionCheck } from './assertion-check.js';
import { ClaimCheck } from './claim-check.js';
import { ClientCheck, type KnownResources } from './client-check.js';
import { DirectoryCheck } from './directory-check.js';
import type { Problem } from './problems.js';
import { UpstreamCheck } from './upstream-check.js';
import { UserCheck } from './user-check.js';

/** Checks a configuration against the database, before anything is written. */
@Injectable()
export class ConfigurationCheck {
  constructor(
    private readonly resources: ResourcesStore,
    private readonly clientCheck: ClientCheck,
    private readonly userCheck: UserCheck,
    private readonly directoryCheck: DirectoryCheck,
    private readonly claimCheck: ClaimCheck,
    private readonly upstreamCheck: UpstreamCheck,
    private readonly assertionCheck: AssertionCheck,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * @param prune the sections whose other entries will be deleted
   * @throws ConfigurationError naming every problem
   */
  async check(configuration: Configuration, prune: readonly Section[]): Promise<void> {
    const resources = await this.resourcesAfter(configuration, prune.includes('resources'));
    configuration.refuse([
      ...configuration.problems,
      ...resources.problems,
      ...(await this.clientCheck.problems(configuration, resources)),
      ...(await this.directoryCheck.problems(configuration, prune)),
      ...(await this.claimCheck.problems(configuration)),
      ...(await this.userCheck.problems(configuration)),
      ...(await this.upstreamCheck.problems(configuration)),
      ...this.assertionCheck.problems(configuration),
    ]);
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
