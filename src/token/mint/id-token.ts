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
      // It serves to recognise the session in notifications of its end (OIDC Back-Channel Logout §2.1).
      sid: (client.hasLogoutUri && grant.sessionId) || undefined,
      at_hash: accessToken === undefined ? undefined : leftHalfHash(alg, accessToken),
      c_hash: code === undefined ? undefined : leftHalfHash(alg, code),
    });
  }

  /**
   * The claims about the resource owner: those that the `claims` parameter requests for the ID token (OIDC Core §5.5) or that the client
   * is registered for, if the granted scopes include them and the values match. Userinfo has the other claims (§5.4). With `alone`, all
   * granted claims are included.
   */
  private async ownerClaims({
    client,
    grant,
    scopes,
    userId,
    alone,
  }: IdTokenContents): Promise<Record<string, unknown>> {
    const registered = client.metadata.idTokenClaims;
    const hasAll = alone || registered === true;
    const hasSome = hasAll || registered !== false;
    if (!hasSome && grant.claims === null) return {};
    const { idToken } = parseClaimsRequest(grant.claims ?? undefined);
    if (!hasSome && idToken.size === 0) return {};
    const user = await this.users.findActive(userId);
    const granted = user ? selectClaims(claimReader(user), scopes) : {};
    return Object.fromEntries(
      Object.entries(granted).filter(([name, value]) => {
        const request = idToken.get(name);
        const isIncluded =
          hasAll || request !== undefined || (Array.isArray(registered) && registered.includes(name));
        return isIncluded && satisfies(request, value);
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
