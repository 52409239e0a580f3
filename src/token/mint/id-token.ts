import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { RegisteredClient } from '../../clients/registered-client.js';
import { Subjects } from '../../clients/subjects.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { SigningAlgorithm } from '../../keys/jws.js';
import { JwtSigner } from '../../keys/jwt-signer.js';
import type { GrantContext } from '../../persistence/entities/grant-columns.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { parseClaimsRequest, satisfies } from '../../protocol/claims-request.js';
import { selectClaims } from '../../protocol/claims.js';
import { claimReader } from '../../users/user-profile.js';

/** The contents of an ID token. */
export interface IdTokenContents {
  readonly client: RegisteredClient;
  readonly grant: GrantContext;
  /** What is left of the granted scopes. They decide which claims it may hold. */
  readonly scopes: readonly string[];
  readonly userId: string;
  /** What is issued beside it, and proven by its hashes. */
  readonly accessToken?: string;
  readonly code?: string;
  /** Whether it stands alone, so that the claims of the granted scopes are in it (OIDC Core §5.4). */
  readonly alone?: boolean;
  /** As sent in the authorization request; left out after a refresh (OIDC Core §12.2). */
  readonly nonce?: string | null;
  readonly now: number;
}

/** Mints ID tokens (OIDC Core §2 and §3.1.3.6). */
@Injectable()
export class IdTokenMint {
  constructor(
    private readonly signer: JwtSigner,
    private readonly subjects: Subjects,
    private readonly users: UsersStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async mint(contents: IdTokenContents): Promise<string> {
    const { client, grant, userId, accessToken, code, nonce, now } = contents;
    const alg = client.metadata.idTokenSignedResponseAlg as SigningAlgorithm;
    return this.signer.sign(alg, 'JWT', {
      ...(await this.ownerClaims(contents)),
      iss: this.settings.issuer,
      sub: this.subjects.subjectFor(client, userId),
      aud: client.clientId,
      exp: now + this.settings.lifetimes.idToken,
      iat: now,
      auth_time: grant.authTime ?? undefined,
      nonce: nonce ?? undefined,
      acr: grant.acr ?? undefined,
      amr: grant.amr ?? undefined,
      sid: grant.sessionId ?? undefined,
      at_hash: accessToken === undefined ? undefined : leftHalfHash(alg, accessToken),
      c_hash: code === undefined ? undefined : leftHalfHash(alg, code),
    });
  }

  /**
   * Claims asked for one by one for the ID token, with the value asked for where there is one (OIDC Core §5.5), as far as the
   * granted scopes cover them; the others of those scopes come from userinfo (§5.4), if there is a token to ask it with.
   */
  private async ownerClaims({
    grant,
    scopes,
    userId,
    alone,
  }: IdTokenContents): Promise<Record<string, unknown>> {
    if (!alone && grant.claims === null) return {};
    const { idToken } = parseClaimsRequest(grant.claims ?? undefined);
    if (!alone && idToken.size === 0) return {};
    const user = await this.users.findActive(userId);
    const granted = user ? selectClaims(claimReader(user), scopes) : {};
    return Object.fromEntries(
      Object.entries(granted).filter(([name, value]) => {
        const request = idToken.get(name);
        return (alone || request !== undefined) && satisfies(request, value);
      }),
    );
  }
}

/** "the left-most half of the hash of the octets of the ASCII representation" of an access token or a code (OIDC Core §3.1.3.6, §3.3.2.11) */
function leftHalfHash(alg: SigningAlgorithm, value: string): string {
  const digest = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(value, 'ascii')
    .digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}
