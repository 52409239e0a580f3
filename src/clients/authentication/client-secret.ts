import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { sameHash, Secrets } from '../../crypto/secrets.js';
import { isGuessable, minClientSecretLength } from '../../protocol/client-secret.js';
import type { RegisteredClient } from '../registered-client.js';

/** Checks a client's secret. The check takes as long for an unknown client as for a wrong secret. */
@Injectable()
export class ClientSecretCheck {
  private readonly logger = new Logger('ClientSecrets');
  private readonly decoy: string;
  /** Clients with short secrets that the log has named. */
  private readonly named = new Set<string>();

  constructor(
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {
    this.decoy = secrets.hashClientSecret('a secret that no client has');
  }

  verify(client: RegisteredClient | undefined, secret: string): boolean {
    const hash = this.secrets.hashClientSecret(secret);
    if (!client) {
      sameHash(this.decoy, hash);
      return false;
    }
    const isRight = client.hasSecret(hash, this.clock.now());
    if (isRight && isGuessable(secret)) this.warn(client.clientId);
    return isRight;
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
