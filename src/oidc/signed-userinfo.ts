import { Inject, Injectable } from '@nestjs/common';
import { ClientDirectory } from '../clients/client-directory.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { SigningAlgorithm } from '../keys/jws.js';
import { JwtSigner } from '../keys/jwt-signer.js';

/** Userinfo responses as signed JWTs, for clients that registered an algorithm (OIDC Core §5.3.2). */
@Injectable()
export class SignedUserinfo {
  constructor(
    private readonly clients: ClientDirectory,
    private readonly signer: JwtSigner,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The algorithm that a client registered; undefined for plain JSON. */
  async algorithmOf(clientId: string): Promise<SigningAlgorithm | undefined> {
    const client = await this.clients.find(clientId);
    return (client?.metadata.userinfoSignedResponseAlg as SigningAlgorithm | null) ?? undefined;
  }

  /** Signs the claims with `iss` and `aud`. Its `typ` distinguishes the JWT from an ID token. */
  async sign(
    alg: SigningAlgorithm,
    clientId: string,
    claims: Readonly<Record<string, unknown>>,
  ): Promise<string> {
    return this.signer.sign(alg, 'userinfo+jwt', { ...claims, iss: this.settings.issuer, aud: clientId });
  }
}
