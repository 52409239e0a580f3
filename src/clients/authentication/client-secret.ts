import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock.js';
import { sameHash, Secrets } from '../../crypto/secrets.js';
import type { RegisteredClient } from '../registered-client.js';

/** Checks a client's secret. The check takes as long for an unknown client as for a wrong secret. */
@Injectable()
export class ClientSecretCheck {
  private readonly decoy: string;

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
    return client.hasSecret(hash, this.clock.now());
  }
}
