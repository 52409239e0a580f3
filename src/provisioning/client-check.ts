import { Inject, Injectable } from '@nestjs/common';
import { clientChanges } from '../clients/client-changes.js';
import { toMetadata } from '../clients/client-columns.js';
import { ClientRules } from '../clients/client-rules.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { usesSecret } from '../protocol/client-metadata.js';
import { withDefaults } from '../protocol/client-metadata/defaults.js';
import { namesUri } from '../protocol/uri.js';
import type { Configuration } from './configuration-file.js';
import { isSecretRefused } from './named-secret.js';
import type { Intention, PartCheck } from './part-check.js';
import { PresentSecrets } from './present-secrets.js';
import type { Path, Problem } from './problems.js';

/** Checks the clients of a configuration against the database. */
@Injectable()
export class ClientCheck implements PartCheck {
  constructor(
    private readonly clients: ClientsStore,
    private readonly rules: ClientRules,
    private readonly secrets: PresentSecrets,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** What prevents that the clients of the file are applied. */
  async problems(
    { clients, problems: before }: Configuration,
    { resources: known }: Intention,
  ): Promise<Problem[]> {
    const problems: Problem[] = [];
    for (const [
      index,
      { client_id, client_secret, enforce, disabled: _disabled, ...given },
    ] of clients.entries()) {
      const refuse = (path: Path, reason: string): void =>
        void problems.push({ path: ['clients', index, ...path], reason });
      const present = await this.clients.find(client_id);
      if (present && present.documentFetchedAt !== null) {
        refuse(
          ['client_id'],
          'is described by a document, which no file can change: delete the client first',
        );
        continue;
      }
      if (!present && (await this.clients.isUserId(client_id))) refuse(['client_id'], 'is the id of a user');
      const metadata = withDefaults(
        present ? { ...toMetadata(present), ...clientChanges(given) } : given,
        this.settings.profile,
      );

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
        client_secret === undefined && !isSecretRefused(before, ['clients', index], 'client_secret');
      if (hasSecret && isMissing && !(await this.secrets.hasAny(present)))
        refuse(['client_id'], 'needs a client_secret_env, client_secret_file or client_secret');
    }
    return problems;
  }
}

/** `redirect_uris[1]` as the steps of a path. */
function steps(field: string): Path {
  const [name = field, index] = field.split(/[[\]]/);
  return index === undefined ? [name] : [name, Number(index)];
}
