import { type AccessToken, InvalidToken, TokenVerifier } from '@eyrie/guard';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { parseScope } from '../protocol/scope.js';
import { type ActiveToken, ActiveTokens } from './active-tokens.js';

/** The scopes of the admin API: the first includes the second. */
export const adminScope = { write: 'eyrie.admin', read: 'eyrie.admin.read' } as const;

/** Verifies tokens for Eyrie's own endpoints without a call over the network, and sees a revocation at once. */
@Injectable()
export class InProcessVerifier extends TokenVerifier {
  constructor(
    private readonly activeTokens: ActiveTokens,
    private readonly users: UsersStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    super();
  }

  async verify(token: string): Promise<AccessToken> {
    const active = await this.activeTokens.find(token);
    if (!active) throw unknownToken();
    const scopes = ownScopes(active, this.settings.issuer);
    if (scopes.has(adminScope.write)) scopes.add(adminScope.read);
    // A person must be an administrator now, not only when the token was issued.
    const administers =
      scopes.has(adminScope.read) &&
      (active.userId === null || (await this.users.isAdministrator(active.userId)));
    return accessTokenOf(active, scopes, { administers });
  }
}

/** For a token that the database does not hold good, whatever the reason. */
export const unknownToken = (): InvalidToken =>
  new InvalidToken('The access token is unknown, expired or revoked');

/** A token for other resources only holds none of our scopes: whoever has it is told which one is needed (RFC 6750 §3.1). */
export const ownScopes = ({ audience, scope }: ActiveToken, issuer: string): Set<string> =>
  new Set(audience.includes(issuer) ? parseScope(scope) : []);

/** The token as the guard knows it, with its confirmation, which the guard checks. */
export function accessTokenOf(
  { userId, subject, clientId, audience, expiresAt, grantId, jti, confirmation }: ActiveToken,
  scopes: ReadonlySet<string>,
  claims: Readonly<Record<string, unknown>> = {},
): AccessToken {
  return {
    // Our own endpoints ask for the user, whatever clients and resources know them by.
    subject: userId ?? subject,
    clientId,
    scopes,
    audience,
    expiresAt,
    claims: { sub: subject, grant_id: grantId, jti, cnf: confirmation, ...claims },
  };
}
