import { type AccessToken, TokenVerifier } from '@eyrie/guard';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { parseScope } from '../protocol/scope.js';
import { type ActiveToken, ActiveTokens } from './active-tokens.js';
import { unknownToken } from './unknown-token.js';
import { isScimToken, ScimTokenVerifier } from './scim-token-verifier.js';
import { isAdminScope, rolesOf, scopesOfRoles, unlimitedScopesOfRoles, withIncluded } from './rights.js';

/** Verifies tokens for Eyrie's own endpoints in process, so that a revocation counts at once. */
@Injectable()
export class InProcessVerifier extends TokenVerifier {
  constructor(
    private readonly activeTokens: ActiveTokens,
    private readonly users: UsersStore,
    private readonly scimTokens: ScimTokenVerifier,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    super();
  }

  async verify(token: string): Promise<AccessToken> {
    if (isScimToken(token)) return this.scimTokens.verify(token);
    const active = await this.activeTokens.find(token);
    if (!active) throw unknownToken();
    const held = withIncluded(ownScopes(active, this.settings.issuer));
    if (active.userId === null || ![...held].some(isAdminScope))
      return accessTokenOf(active, held, { unlimited: held });
    // Only what the roles of the user still allow.
    const roles = rolesOf(await this.users.rolesOfActive(active.userId));
    const allowed = scopesOfRoles(roles);
    const scopes = new Set([...held].filter((scope) => !isAdminScope(scope) || allowed.has(scope)));
    return accessTokenOf(active, scopes, { unlimited: unlimitedScopesOfRoles(roles) });
  }
}

/**
 * The user whose rights hold for some clients only, if those of the call do.
 * @param scope the scope that the operation needs
 */
export const limitedUser = (
  { subject, claims }: Pick<AccessToken, 'subject' | 'claims'>,
  scope: string,
): string | undefined => ((claims['unlimited'] as ReadonlySet<string>).has(scope) ? undefined : subject);

/** Who calls with a token: `user:<subject>`, or `client:<client_id>` if a client acts for itself. */
export const callerOf = ({ subject, clientId }: Pick<AccessToken, 'subject' | 'clientId'>): string =>
  subject === clientId ? `client:${clientId}` : `user:${subject}`;

/** The token's scopes at Eyrie. A token for other resources has none here, so the error is insufficient_scope (RFC 6750 §3.1). */
export const ownScopes = ({ audience, scope }: ActiveToken, issuer: string): Set<string> =>
  new Set(audience.includes(issuer) ? parseScope(scope) : []);

/** The token in the guard's form, with the confirmation that the guard checks. */
export function accessTokenOf(
  { userId, subject, clientId, audience, expiresAt, grantId, jti, confirmation }: ActiveToken,
  scopes: ReadonlySet<string>,
  claims: Readonly<Record<string, unknown>> = {},
): AccessToken {
  return {
    // Our own endpoints need the user's id, not a pairwise subject.
    subject: userId ?? subject,
    clientId,
    scopes,
    audience,
    expiresAt,
    claims: { sub: subject, grant_id: grantId, jti, cnf: confirmation, ...claims },
  };
}
