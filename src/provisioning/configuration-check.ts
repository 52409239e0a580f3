import { Inject, Injectable } from '@nestjs/common';
import { clientChanges } from '../clients/client-changes.js';
import { toMetadata } from '../clients/client-columns.js';
import { ClientRules } from '../clients/client-rules.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { ResourcesStore } from '../persistence/stores/resources.store.js';
import { usesSecret } from '../protocol/client-metadata.js';
import { withDefaults } from '../protocol/client-metadata/defaults.js';
import { personScopes } from '../protocol/scope.js';
import { namesUri } from '../protocol/uri.js';
import { adminScopes } from '../resource/resource-catalogue.js';
import type { Configuration } from './configuration-file.js';
import type { Section } from './configured-kind.js';
import { ClaimCheck } from './claim-check.js';
import { DirectoryCheck } from './directory-check.js';
import { PresentSecrets } from './present-secrets.js';
import { isRefused, type Path, type Problem } from './problems.js';
import { UpstreamCheck } from './upstream-check.js';
import { UserCheck } from './user-check.js';

/** Checks a configuration against the database, before anything is written. */
@Injectable()
export class ConfigurationCheck {
  constructor(
    private readonly resources: ResourcesStore,
    private readonly clients: ClientsStore,
    private readonly userCheck: UserCheck,
    private readonly directoryCheck: DirectoryCheck,
    private readonly claimCheck: ClaimCheck,
    private readonly rules: ClientRules,
    private readonly secrets: PresentSecrets,
    private readonly upstreamCheck: UpstreamCheck,
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
      ...(await this.clientProblems(configuration, resources)),
      ...(await this.directoryCheck.problems(configuration, prune)),
      ...(await this.claimCheck.problems(configuration)),
      ...(await this.userCheck.problems(configuration)),
      ...(await this.upstreamCheck.problems(configuration)),
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

  private async clientProblems(
    { clients, problems: before }: Configuration,
    known: Known,
  ): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (const [index, { client_id, client_secret, enforce, ...given }] of clients.entries()) {
      const refuse = (path: Path, reason: string): void =>
        void problems.push({ path: ['clients', index, ...path], reason });
      const present = await this.clients.find(client_id);
      if (!present && (await this.clients.isUserId(client_id))) refuse(['client_id'], 'is the id of a user');
      const metadata = withDefaults(present ? { ...toMetadata(present), ...clientChanges(given) } : given);

      const faults = this.rules.problems(metadata);
      const fetched =
        faults.length > 0
          ? []
          : await this.rules.fetchedProblems(metadata, present ? toMetadata(present) : undefined);
      for (const { field, reason } of [...faults, ...fetched]) refuse(steps(field), reason);
      const unknown = metadata.scope.split(' ').filter((scope) => scope && !known.scopes.has(scope));
      if (unknown.length > 0) refuse(['scope'], `names ${unknown.join(' ')}, which no resource defines`);
      for (const member of ['introspection_resources', 'token_exchange_resources'] as const) {
        metadata[member].forEach((identifier, place) => {
          if (!namesUri(known.identifiers, identifier))
            refuse([member, place], 'is not the identifier of a resource');
        });
      }
      const hasSecret = usesSecret(metadata.token_endpoint_auth_method);
      if (!hasSecret && client_secret !== undefined)
        refuse(
          ['token_endpoint_auth_method'],
          `is ${metadata.token_endpoint_auth_method}: such a client has no secret`,
        );
      const tooShort =
        client_secret === undefined ? undefined : await this.secrets.problem(present, client_secret, enforce);
      if (tooShort !== undefined) refuse(['client_secret'], tooShort);
      const isMissing =
        client_secret === undefined && !isRefused(before, ['clients', index, 'client_secret_env']);
      if (hasSecret && isMissing && !(await this.secrets.hasAny(present)))
        refuse(['client_id'], 'needs a client_secret_env or client_secret');
    }
    return problems;
  }
}

/** The resources once the file is applied. */
interface Known {
  readonly scopes: ReadonlySet<string>;
  readonly identifiers: readonly string[];
  readonly problems: readonly Problem[];
}

/** `redirect_uris[1]` as the steps of a path. */
function steps(field: string): Path {
  const [name = field, index] = field.split(/[[\]]/);
  return index === undefined ? [name] : [name, Number(index)];
}
