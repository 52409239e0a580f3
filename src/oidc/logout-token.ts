import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../clients/registered-client.js';
import { Subjects } from '../clients/subjects.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { SigningAlgorithm } from '../keys/jws.js';
import { JwtSigner } from '../keys/jwt-signer.js';
import { logoutEvent } from '../protocol/logout-token.js';

/** "preferably at most two minutes in the future" (§4). */
const lifetimeSeconds = 120;

/** The contents of a logout token. */
export interface LogoutTokenContents {
  readonly client: RegisteredClient;
  readonly userId: string;
  readonly sessionId: string;
  readonly now: number;
}

/** Mints logout tokens (OIDC Back-Channel Logout §2.4). */
@Injectable()
export class LogoutTokenMint {
  constructor(
    private readonly signer: JwtSigner,
    private readonly subjects: Subjects,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Signed as the client's ID tokens are (§2.6, step 2). "A nonce Claim MUST NOT be present." */
  async mint({ client, userId, sessionId, now }: LogoutTokenContents): Promise<string> {
    return this.signer.sign(client.metadata.idTokenSignedResponseAlg as SigningAlgorithm, 'logout+jwt', {
      iss: this.settings.issuer,
      sub: this.subjects.subjectFor(client, userId),
      aud: client.clientId,
      iat: now,
      exp: now + lifetimeSeconds,
      jti: randomUUID(),
      events: { [logoutEvent]: {} },
      sid: sessionId,
    });
  }
}
