import { BadRequestException, ConflictException, Injectable } from '@nestjs/common';
import { Changes } from '../audit/changes.js';
import type { Originator } from '../audit/originator.js';
import { generateOpaqueToken } from '../crypto/opaque-token.js';
import { Secrets } from '../crypto/secrets.js';
import type { ClientSecret } from '../persistence/entities/client-secret.entity.js';
import { ClientsStore } from '../persistence/stores/clients.store.js';
import { usesSecret } from '../protocol/client-metadata.js';
import { isGuessable, minClientSecretLength } from '../protocol/client-secret.js';
import { ClientDirectory } from './client-directory.js';
import { changedMeanwhile, unknownClient } from './client-refusals.js';
import { refuseProblems } from './invalid-metadata.js';

/** The secrets of clients. Several may be valid at a time. */
@Injectable()
export class ClientSecrets {
  constructor(
    private readonly clients: ClientsStore,
    private readonly changes: Changes,
    private readonly directory: ClientDirectory,
    private readonly secrets: Secrets,
  ) {}

  /**
   * Adds a secret. The previous secrets remain valid during the overlap, so that the client's instances can switch one by one.
   * @param overlap seconds; 0 ends the previous secrets at once
   * @param chosen the new secret; generated if omitted
   * @returns the new secret, which is shown only once
   * @throws NotFoundException
   * @throws BadRequestException if the client's authentication method uses no secret, or the chosen one is too short
   */
  async rotate(clientId: string, overlap: number, actor: Originator, chosen?: string): Promise<string> {
    const client = await this.clients.find(clientId);
    if (!client) throw unknownClient(clientId);
    const method = client.tokenEndpointAuthMethod;
    if (!usesSecret(method))
      throw new BadRequestException(`${clientId} has no secret: its token_endpoint_auth_method is ${method}`);
    const secret = chosen ?? generateOpaqueToken();
    const kept = await this.keep(secret, method);
    const event = { event: 'client.secret_rotated', actor, clientId, detail: { overlap } } as const;
    await this.changes.change(event, async (tx, now) => {
      const held = await this.clients.hold(tx, clientId);
      if (held?.tokenEndpointAuthMethod !== method) throw new ConflictException(changedMeanwhile);
      await this.clients.endSecrets(tx, clientId, now + overlap);
      await this.clients.addSecret(tx, clientId, kept, now);
    });
    this.directory.forget(clientId);
    return secret;
  }

  /**
   * The stored forms of a secret: hashed, and also sealed if it is the key of a MAC.
   * @throws BadRequestException if it is too short
   */
  async keep(secret: string, method: string): Promise<Pick<ClientSecret, 'secretHash' | 'sealedSecret'>> {
    if (isGuessable(secret))
      refuseProblems([
        { field: 'client_secret', reason: `must have at least ${minClientSecretLength} characters` },
      ]);
    const secretHash = this.secrets.hashClientSecret(secret);
    if (method !== 'client_secret_jwt') return { secretHash, sealedSecret: null };
    return { secretHash, sealedSecret: await this.secrets.seal('client-secret', secret) };
  }
}
