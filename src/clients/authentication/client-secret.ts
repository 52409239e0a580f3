import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { sameHash, Secrets } from '../../crypto/secrets.js';
import type { ClientSecret } from '../../persistence/entities/client-secret.entity.js';
import { ClientsStore } from '../../persistence/stores/clients.store.js';
import { isGuessable, minClientSecretLength } from '../../protocol/client-secret.js';
import type { RegisteredClient } from '../registered-client.js';

/** Checks a client's secret. The check takes as long for an unknown client as for a wrong secret. */
@Injectable()
export class ClientSecretCheck {
  private readonly logger = new Logger('ClientSecrets');
  private readonly decoy: string;
  /** Secrets whose new hash has been stored, or is being stored. */
  private readonly rehashed = new Set<string>();
  /** Clients with short secrets that the log has named. */
  private readonly named = new Set<string>();

  constructor(
    private readonly secrets: Secrets,
    private readonly clients: ClientsStore,
    private readonly clock: Clock,
  ) {
    this.decoy = secrets.hashClientSecret('a secret that no client has');
  }

  verify(client: RegisteredClient | undefined, secret: string): boolean {
    const hashes = this.secrets.clientSecretHashes(secret);
    if (!client) {
      for (const hash of hashes) sameHash(this.decoy, hash);
      return false;
    }
    const found = client.findSecret(hashes, this.clock.now());
    if (!found) return false;
    if (isGuessable(secret)) this.warn(client.clientId);
    const [hash = ''] = hashes;
    if (found.secretHash !== hash) this.rehash(found, hash);
    return true;
  }

  /** Stores a secret that was hashed under a former secret of the service anew, while its request goes on. */
  private rehash({ id, secretHash: former }: ClientSecret, hash: string): void {
    if (this.rehashed.has(id)) return;
    this.rehashed.add(id);
    this.clients.rehashSecret(id, former, hash).catch((error: Error) => {
      this.rehashed.delete(id);
      this.logger.warn(`a client secret could not be hashed under EYRIE_SECRET: ${error.message}`);
    });
  }

  /** A stored secret is hashed, so that its length shows only when it is used. */
  private warn(clientId: string): void {
    if (this.named.has(clientId)) return;
    this.named.add(clientId);
    this.logger.warn(
      `${clientId} has a secret of less than ${minClientSecretLength} characters, which can be guessed: rotate it`,
    );
  }
}
