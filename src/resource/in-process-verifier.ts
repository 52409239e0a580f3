import { type AccessToken, InvalidToken, TokenVerifier } from '@eyrie/guard';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings.js';
import { UsersStore } from '../persistence/stores/users.store.js';
import { parseScope } from '../protocol/scope.js';
import { type ActiveToken, ActiveTokens } from './active-tokens.js';

/** The scopes of the admin API: the first includes the second. */
export const adminScope = { write: 'eyrie.admin', read: 'eyrie.admin.read' } as const;

/** Verifies tokens for Eyrie's own endpoints in process, so that a revocation counts at once. */
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
    // The user must still be an administrator.
    const administers =
      scopes.has(adminScope.read) &&
      (active.userId === null || (await this.users.isAdministrator(active.userId)));
    return accessTokenOf(active, scopes, { administers });
  }
}

/** Who calls with a token: `user:<subject>`, or `client:<client_id>` if a client acts for itself. */
export const callerOf = ({ subject, clientId }: Pick<AccessToken, 'subject' | 'clientId'>): string =>
  subject === clientId ? `client:${clientId}` : `user:${subject}`;

/** The one error for every token that is not active. */
export const unknownToken = (): InvalidToken =>
  new InvalidToken('The access token is unknown, expired or revoked');

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
