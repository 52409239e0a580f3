import { type AccessToken, InvalidToken, TokenVerifier } from '@eyrie/guard';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { UserClaimsSource } from '../persistence/stores/users.store.js';
import { ActiveTokens } from './active-tokens.js';
import { accessTokenOf, ownScopes } from './in-process-verifier.js';
import { unknownToken } from './unknown-token.js';

/** An access token with its resource owner. */
export interface OwnerToken extends AccessToken {
  /** Undefined if a client acts for itself; the token then has no scopes here. */
  readonly owner: UserClaimsSource | undefined;
  /** The organization for which the grant was given; null if for none. */
  readonly organizationId: string | null;
}

/** Verifies a token and reads its resource owner in one query, for userinfo. */
@Injectable()
export class OwnerVerifier extends TokenVerifier {
  constructor(
    private readonly activeTokens: ActiveTokens,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    super();
  }

  async verify(token: string): Promise<OwnerToken> {
    const found = await this.activeTokens.findWithOwner(token);
    if (!found) throw unknownToken();
    const { active, owner } = found;
    if (!owner && active.userId !== null) throw new InvalidToken('The resource owner is disabled or deleted');
    const scopes = owner ? ownScopes(active, this.settings.issuer) : new Set<string>();
    return Object.assign(accessTokenOf(active, scopes), {
      owner,
      organizationId: active.grantClaims.org_id ?? null,
    });
  }
}
