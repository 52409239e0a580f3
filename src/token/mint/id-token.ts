import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { Subjects } from '../../clients/subjects.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { PersonClaims } from '../../directory/claims.js';
import type { SigningAlgorithm } from '../../keys/jws.js';
import { JwtSigner } from '../../keys/jwt-signer.js';
import type { GrantContext } from '../../persistence/entities/grant-columns.js';

/** The contents of an ID token. */
export interface IdTokenContents {
  readonly client: RegisteredClient;
  readonly grant: GrantContext;
  /** What is left of the granted scopes. They decide which claims it may hold. */
  readonly scopes: readonly string[];
  readonly userId: string;
  /** The access token and the code that are issued with it: `at_hash` and `c_hash` are their hashes. */
  readonly accessToken?: string;
  readonly code?: string;
  /** Whether the response contains neither an access token nor a code. Then the ID token has all granted claims (OIDC Core §5.4). */
  readonly alone?: boolean;
  /** As sent in the authorization request; absent after a refresh (OIDC Core §12.2). */
  readonly nonce?: string | null;
  readonly now: number;
}

/** Mints ID tokens (OIDC Core §2 and §3.1.3.6). */
@Injectable()
export class IdTokenMint {
  constructor(
    private readonly signer: JwtSigner,
    private readonly subjects: Subjects,
    private readonly claims: PersonClaims,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async mint(contents: IdTokenContents): Promise<string> {
    return this.signer.sign(algorithmOf(contents.client), 'JWT', await this.payload(contents));
  }

  /** What an ID token says. */
  async payload(contents: IdTokenContents): Promise<JWTPayload> {
    const { client, grant, userId, accessToken, code, nonce, now } = contents;
    const alg = algorithmOf(client);
    return {
      ...(await this.claims.inIdToken({
        clientId: client.clientId,
        userId,
        scopes: contents.scopes,
        organizationId: grant.orgId,
        requested: grant.claims,
        registered: client.metadata.idTokenClaims,
        alone: contents.alone ?? false,
      })),
      iss: this.settings.issuer,
      sub: this.subjects.subjectFor(client, userId),
      aud: client.clientId,
      exp: now + this.settings.lifetimes.idToken,
      iat: now,
      auth_time: grant.authTime ?? undefined,
      nonce: nonce ?? undefined,
      acr: grant.acr ?? undefined,
      amr: grant.amr ?? undefined,
      // It serves to recognise the session in notifications of its end (OIDC Back-Channel Logout §2.1).
      sid: (client.hasLogoutUri && grant.sessionId) || undefined,
      at_hash: accessToken === undefined ? undefined : leftHalfHash(alg, accessToken),
      c_hash: code === undefined ? undefined : leftHalfHash(alg, code),
    };
  }
}

const algorithmOf = ({ metadata }: RegisteredClient): SigningAlgorithm =>
  metadata.idTokenSignedResponseAlg as SigningAlgorithm;

/** "the left-most half of the hash of the octets of the ASCII representation" of an access token or a code (OIDC Core §3.1.3.6, §3.3.2.11) */
function leftHalfHash(alg: SigningAlgorithm, value: string): string {
  const digest = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(value, 'ascii')
    .digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}
