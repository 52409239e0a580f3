import { Injectable, Logger } from '@nestjs/common';
import { RegisteredClient } from '../clients/registered-client.js';
import { Clock } from '../config/clock.js';
import { Secrets } from '../crypto/secrets.js';
import type { Client } from '../persistence/entities/client.entity.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { isGuessable, minClientSecretLength } from '../protocol/client-secret.js';

/** The secrets that the clients of a configuration file have already. */
@Injectable()
export class PresentSecrets {
  private readonly logger = new Logger('Apply');
  /** Clients with short secrets that the log has named: a file is checked twice. */
  private readonly named = new Set<string>();

  constructor(
    private readonly clients: ClientsStore,
    private readonly secrets: Secrets,
    private readonly clock: Clock,
  ) {}

  /** Whether the client has an active secret. */
  async hasAny(client: Client | null): Promise<boolean> {
    if (!client) return false;
    const now = this.clock.now();
    const secrets = await this.clients.secretsOf(client.clientId);
    return secrets.some(({ expiresAt }) => expiresAt === null || expiresAt > now);
  }

  /**
   * The violation of a secret of the file, or undefined. A short one is accepted if it is not set anew: with a warning if the client has it
   * already, else because the client keeps the secret that it has.
   * @param isEnforced whether the file replaces another secret by this one
   */
  async problem(client: Client | null, secret: string, isEnforced: boolean): Promise<string | undefined> {
    if (!isGuessable(secret)) return undefined;
    const tooShort = `must have at least ${minClientSecretLength} characters`;
    if (client && (await this.has(client, secret))) this.warn(client, tooShort);
    else if (isEnforced || !(await this.hasAny(client))) return tooShort;
    return undefined;
  }

  private warn({ clientId }: Client, problem: string): void {
    if (!this.named.has(clientId)) this.logger.warn(`client_secret of ${clientId} ${problem}: replace it`);
    this.named.add(clientId);
  }

  private async has(client: Client, secret: string): Promise<boolean> {
    const registered = new RegisteredClient(client, await this.clients.secretsOf(client.clientId));
    return registered.hasSecret(this.secrets.clientSecretHashes(secret), this.clock.now());
  }
}
