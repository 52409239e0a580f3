import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { LoadedPolicy } from '../../clients/assertion-policies/definition.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { claimReader } from '../../directory/profile-claims.js';
import { JwtSigner } from '../../keys/jwt-signer.js';
import type { GrantContext } from '../../persistence/entities/grant-columns.js';
import { UsersStore } from '../../persistence/stores/users.store.js';
import { idJagType } from '../../protocol/bearer-assertion.js';
import type { Confirmation } from '../../protocol/confirmation.js';
import { formatScope } from '../../protocol/scope.js';

/** The contents of an identity assertion. */
export interface IdentityAssertionContents {
  /** The policy by which it is issued. */
  readonly policy: LoadedPolicy;
  /** The sign-in of which it tells. */
  readonly grant: GrantContext & { readonly userId: string };
  /** The person, as the audience knows them. */
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  /** The key that the client has proven; the audience wants the same proof. */
  readonly confirmation?: Confirmation | undefined;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Mints Identity Assertion JWT Authorization Grants (draft-ietf-oauth-identity-assertion-authz-grant). */
@Injectable()
export class IdentityAssertionMint {
  constructor(
    private readonly signer: JwtSigner,
    private readonly users: UsersStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async mint(contents: IdentityAssertionContents): Promise<{ readonly token: string; readonly jti: string }> {
    const { policy, grant, subject, scopes, resources, confirmation: { jkt } = {}, now } = contents;
    const jti = randomUUID();
    const token = await this.signer.sign(policy.signing_alg, idJagType, {
      ...(policy.include_email ? await this.emailOf(grant.userId) : {}),
      iss: this.settings.issuer,
      sub: subject,
      aud: policy.audience,
      client_id: policy.audience_client_id,
      jti,
      iat: now,
      exp: now + policy.lifetime,
      scope: formatScope(scopes),
      resource: resources.length > 1 ? resources : resources[0],
      auth_time: grant.authTime ?? undefined,
      acr: grant.acr ?? undefined,
      amr: grant.amr ?? undefined,
      // A certificate is for connections to this server; a key may serve anywhere (RFC 9449 §6.1).
      cnf: jkt === undefined ? undefined : { jkt },
    });
    return { token, jti };
  }

  private async emailOf(userId: string): Promise<Record<string, unknown>> {
    const user = await this.users.findActive(userId);
    const read = user && claimReader(user);
    return { email: read?.('email') ?? undefined, email_verified: read?.('email_verified') };
  }
}
