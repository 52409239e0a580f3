import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { clientChanges } from '../clients/client-changes.js';
import { toMetadata } from '../clients/client-columns.js';
import { ClientRegistration } from '../clients/client-registration.js';
import { ClientSecrets } from '../clients/client-secrets.js';
import { RegisteredClient } from '../clients/registered-client.js';
import { Clock } from '../config/clock.js';
import { Secrets } from '../crypto/secrets.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { actor, type Outcome } from './applied-item.js';
import type { Configuration } from './configuration-file.js';

/**
 * Applies a client of the file. A client that exists keeps its secrets, unless it has none that it could use or the file enforces its
 * own: that replaces all existing ones at once.
 */
@Injectable()
export class ApplyClient {
  constructor(
    private readonly clients: ClientsStore,
    private readonly registration: ClientRegistration,
    private readonly clientSecrets: ClientSecrets,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  async apply({
    client_id,
    client_secret,
    enforce,
    ...given
  }: Configuration['clients'][number]): Promise<Outcome> {
    const present = await this.clients.find(client_id);
    if (!present) {
      await this.registration.register({ client_id, client_secret, ...clientChanges(given) }, actor);
      return 'created';
    }
    const changes = clientChanges(given);
    const differs = !isDeepStrictEqual({ ...toMetadata(present), ...changes }, toMetadata(present));
    if (differs) await this.registration.update(client_id, changes, actor);
    if (client_secret === undefined) return differs ? 'updated' : 'unchanged';

    const current = await this.registration.require(client_id);
    const registered = new RegisteredClient(current, await this.clients.secretsOf(client_id));
    const now = this.clock.now();
    const known = enforce
      ? registered.hasSecret(this.secrets.clientSecretHashes(client_secret), now)
      : registered.hasUsableSecret(now);
    if (!known) await this.clientSecrets.rotate(client_id, 0, actor, client_secret);
    return differs || !known ? 'updated' : 'unchanged';
  }
}
